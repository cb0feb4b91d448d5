# Writes resample.json: small results of torch for resize2d and gridSample, in float64. Run: python test/golden/resample.py
# The inputs are integer patterns, so the test makes them itself:
#   x[i] = ((37 i + 11) mod 101 - 50) / 32,  dy[i] = ((29 i + 5) mod 83 - 41) / 32,  grid[i] = ((53 i + 29) mod 97 - 48) / 32
# A grid of thirty-seconds lands on pixel centres, edges and halves: the ties are what is being compared.
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


def image(shape):
    return pattern(shape, 37, 11, 101, 50).requires_grad_()


def seed_of(y):
    return pattern(tuple(y.shape), 29, 5, 83, 41)


def numbers(t):
    return [float(f"{v:.12g}") for v in t.detach().reshape(-1).tolist()]


def resize(shape, height, width, mode, align_corners=False, antialias=False):
    x = image(shape)
    torch_mode = {"nearestExact": "nearest-exact"}.get(mode, mode)
    smooth = mode in ("bilinear", "bicubic")
    y = F.interpolate(x, size=(height, width), mode=torch_mode, align_corners=align_corners if smooth else None, antialias=antialias)
    y.backward(seed_of(y))
    attrs = {"height": height, "width": width, "mode": mode, "alignCorners": align_corners, "antialias": antialias}
    return {"x": list(shape), "attrs": attrs, "y": numbers(y), "dx": numbers(x.grad)}


def sample(shape, p, q, mode, padding, align_corners):
    x = image(shape)
    grid = pattern((shape[0], p, q, 2), 53, 29, 97, 48).requires_grad_()
    y = F.grid_sample(x, grid, mode=mode, padding_mode={"zero": "zeros"}.get(padding, padding), align_corners=align_corners)
    y.backward(seed_of(y))
    attrs = {"mode": mode, "padding": padding, "alignCorners": align_corners}
    return {"x": list(shape), "grid": [shape[0], p, q, 2], "attrs": attrs, "y": numbers(y), "dx": numbers(x.grad), "dgrid": numbers(grid.grad)}


sizes = [((1, 2, 4, 5), 8, 10), ((1, 1, 7, 6), 3, 4), ((2, 1, 5, 3), 7, 2), ((1, 1, 3, 4), 1, 9)]
kinds = [("nearest", False, False), ("nearestExact", False, False)]
kinds += [(mode, align, alias) for mode in ("bilinear", "bicubic") for align, alias in ((False, False), (True, False), (False, True))]
resizes = [resize(*size, *kind) for size in sizes for kind in kinds]
samples = [
    sample(shape, p, q, mode, padding, align)
    for shape, p, q in (((2, 2, 4, 5), 3, 4), ((1, 1, 3, 8), 5, 5))
    for mode in ("bilinear", "nearest")
    for padding in ("zero", "border", "reflection")
    for align in (False, True)
]
target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "resample.json")
with open(target, "w") as file:
    lines = [f'  "torch": "{torch.__version__}"']
    for name, items in (("resize2d", resizes), ("gridSample", samples)):
        rows = ",\n".join("    " + json.dumps(item) for item in items)
        lines.append(f'  "{name}": [\n{rows}\n  ]')
    file.write("{\n" + ",\n".join(lines) + "\n}\n")
