# Writes normalization-pooling.json: batch and group norm in training with gradients, and pools in ceil mode, by torch in
# float64. Run: python test/golden/normalization-pooling.py
# The inputs are integer patterns, so the test makes them itself:
#   x[i] = ((37 i + 11) mod 101 - 50) / 32,  dy[i] = ((29 i + 5) mod 83 - 41) / 32,
#   scale[i] = ((17 i + 40) mod 61 - 20) / 32,  shift[i] = ((13 i + 7) mod 53 - 26) / 32
import json
import os

import torch
import torch.nn.functional as F


def pattern(shape, factor, shift, modulus, middle):
    count = 1
    for extent in shape:
        count *= extent
    i = torch.arange(count, dtype=torch.float64)
    return (((factor * i + shift) % modulus) - middle).div(32).reshape(shape)


def rounded(x):
    return [float(f"{v:.9g}") for v in x.detach().reshape(-1).tolist()]


def operands(shape):
    x = pattern(shape, 37, 11, 101, 50).requires_grad_()
    scale = pattern([shape[1]], 17, 40, 61, 20).requires_grad_()
    shift = pattern([shape[1]], 13, 7, 53, 26).requires_grad_()
    return x, scale, shift


def batch_norm(shape, activation):
    x, scale, shift = operands(shape)
    y = F.batch_norm(x, None, None, scale, shift, training=True, eps=1e-5)
    if activation == "relu":
        y = F.relu(y)
    dx, dscale, dshift = torch.autograd.grad(y, (x, scale, shift), pattern(y.shape, 29, 5, 83, 41))
    over = [0, 2, 3]
    return dict(shape=shape, activation=activation, y=rounded(y), mean=rounded(x.mean(over)),
                variance=rounded(x.var(over, unbiased=False)), dx=rounded(dx), dscale=rounded(dscale), dshift=rounded(dshift))


def group_norm(shape, groups):
    x, scale, shift = operands(shape)
    y = F.group_norm(x, groups, scale, shift, eps=1e-5)
    dx, dscale, dshift = torch.autograd.grad(y, (x, scale, shift), pattern(y.shape, 29, 5, 83, 41))
    return dict(shape=shape, groups=groups, y=rounded(y), dx=rounded(dx), dscale=rounded(dscale), dshift=rounded(dshift))


def pool(kind, shape, options):
    x = pattern(shape, 37, 11, 101, 50).requires_grad_()
    y = getattr(F, kind)(x, **options)
    (dx,) = torch.autograd.grad(y, x, pattern(y.shape, 29, 5, 83, 41))
    return dict(kind=kind, shape=shape, options=options, pooled=list(y.shape), y=rounded(y), dx=rounded(dx))


out = dict(
    torch=torch.__version__,
    batchNorm=[batch_norm([2, 3, 5, 7], "identity"), batch_norm([2, 3, 5, 7], "relu"), batch_norm([3, 16, 3, 2], "relu")],
    groupNorm=[group_norm([2, 6, 3, 5], 3), group_norm([2, 6, 3, 5], 6)],
    pools=[
        pool("max_pool2d", [2, 3, 7, 5], dict(kernel_size=2, stride=2, ceil_mode=True)),
        pool("max_pool2d", [1, 2, 9, 8], dict(kernel_size=3, stride=2, padding=1, ceil_mode=True)),
        pool("max_pool2d", [1, 2, 9, 11], dict(kernel_size=3, stride=2, padding=1, dilation=2)),
        pool("avg_pool2d", [2, 3, 7, 5], dict(kernel_size=2, stride=2, ceil_mode=True)),
        pool("avg_pool2d", [1, 2, 9, 8], dict(kernel_size=3, stride=2, padding=1, ceil_mode=True)),
        pool("avg_pool2d", [1, 2, 9, 8], dict(kernel_size=3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)),
        pool("avg_pool2d", [1, 2, 3, 3], dict(kernel_size=2, stride=3, padding=1, ceil_mode=True)),
        pool("adaptive_avg_pool2d", [1, 2, 7, 5], dict(output_size=[3, 2])),
        pool("adaptive_avg_pool2d", [1, 2, 3, 4], dict(output_size=[5, 7])),
        pool("adaptive_max_pool2d", [1, 2, 7, 5], dict(output_size=[3, 2])),
    ],
)
with open(os.path.join(os.path.dirname(__file__), "normalization-pooling.json"), "w") as file:
    json.dump(out, file, separators=(",", ":"))
    file.write("\n")
