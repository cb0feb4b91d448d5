#!/usr/bin/env python3
"""Error maps and filters in scikit-image, scipy and PyTorch, timed on the CPU.

    error_maps.py MODE --from DIR [--threads N] [--repeats N]

DIR holds x.f32 and y.f32, raw float32 numbers, and their extents in shape.json. Prints one JSON
object per row on standard output, with the number that the peer arrived at.
"""
import sys

from peer import arguments, operands, report, skipped

MODES = ["ssim-map", "ms-ssim", "ssim-loss", "gaussian", "box", "median"]
ARGS = arguments(MODES, __doc__)

import numpy as np  # after the number of threads is set


def scikit_image(x, y):
    try:
        import skimage
        from skimage.metrics import structural_similarity
    except ImportError as error:
        return skipped("scikit-image", "ssim-map", error)
    a, b = x[0, 0], y[0, 0]
    for dtype in (np.float32, np.float64):
        p, q = a.astype(dtype), b.astype(dtype)
        run = lambda: structural_similarity(p, q, data_range=1.0, full=True)
        report(ARGS, "scikit-image", skimage.__version__, f"ssim-map {dtype.__name__}", 1, run, lambda: run()[0])


def scipy_filters(mode, x):
    try:
        import scipy
        from scipy import ndimage
    except ImportError as error:
        return skipped("scipy", mode, error)
    a = x[0, 0]
    run = {
        "gaussian": lambda: ndimage.gaussian_filter(a, 4.0),
        "box": lambda: ndimage.uniform_filter(a, 21, mode="nearest"),
        "median": lambda: ndimage.median_filter(a, 5),
    }[mode]
    report(ARGS, "scipy", scipy.__version__, mode, 1, run, lambda: np.abs(run()).mean())


def torch_similarity(mode, x, y):
    try:
        import torch
        import torch.nn.functional as F
    except ImportError as error:
        return skipped("torch", mode, error)
    torch.set_num_threads(ARGS.threads)
    p, q = torch.from_numpy(x), torch.from_numpy(y)
    channels = p.shape[1]
    coordinates = torch.arange(11, dtype=torch.float32) - 5
    window = torch.exp(-(coordinates**2) / (2 * 1.5**2))
    window = (window / window.sum()).reshape(1, 1, 1, -1).repeat(channels, 1, 1, 1)

    def smooth(a, padding):
        a = F.conv2d(a, window.transpose(2, 3), padding=(padding, 0), groups=channels)
        return F.conv2d(a, window, padding=(0, padding), groups=channels)

    def similarity(a, b, padding=0):
        """As pytorch-msssim has it: five windows, one after the other."""
        c1, c2 = 0.01**2, 0.03**2
        mean_a, mean_b = smooth(a, padding), smooth(b, padding)
        aa = smooth(a * a, padding) - mean_a**2
        bb = smooth(b * b, padding) - mean_b**2
        ab = smooth(a * b, padding) - mean_a * mean_b
        contrast = (2 * ab + c2) / (aa + bb + c2)
        return (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1) * contrast, contrast

    def multi_scale():
        weights = torch.tensor([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])
        a, b, levels = p, q, []
        for level in range(5):
            whole, contrast = similarity(a, b)
            if level < 4:
                levels.append(torch.relu(contrast.flatten(2).mean(-1)))
                padding = [s % 2 for s in a.shape[2:]]
                a, b = F.avg_pool2d(a, 2, padding=padding), F.avg_pool2d(b, 2, padding=padding)
        levels.append(torch.relu(whole.flatten(2).mean(-1)))
        return torch.prod(torch.stack(levels) ** weights.view(-1, 1, 1), dim=0).mean()

    def loss():
        a = p.detach().requires_grad_()
        value = 1 - similarity(a, q, padding=5)[0].mean()
        value.backward()
        return value.detach()

    if mode == "ms-ssim":
        with torch.no_grad():
            report(ARGS, "torch", torch.__version__, mode, ARGS.threads, multi_scale, multi_scale)
    else:
        report(ARGS, "torch", torch.__version__, mode, ARGS.threads, loss, loss)


NUMBERS = operands(ARGS.source)
x, y = NUMBERS["x"], NUMBERS["y"]
if ARGS.mode == "ssim-map":
    scikit_image(x, y)
elif ARGS.mode in ("ms-ssim", "ssim-loss"):
    torch_similarity(ARGS.mode, x, y)
else:
    scipy_filters(ARGS.mode, x)
sys.stdout.flush()
