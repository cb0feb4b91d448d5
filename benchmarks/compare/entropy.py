#!/usr/bin/env python3
"""Estimates of entropy in scikit-image, scikit-learn and scipy, timed on the CPU.

    entropy.py MODE --from DIR [--threads N] [--repeats N]

DIR holds x.f32 and perhaps y.f32, raw float32 numbers, and their extents in shape.json. Prints one
JSON object per row on standard output, with the number that the peer arrived at.
"""
from peer import arguments, operands, report, skipped

MODES = ["patch-entropy", "ksg", "knn-entropy", "kernel-density", "ledoit-wolf"]
ARGS = arguments(MODES, __doc__)

import numpy as np  # after the number of threads is set


def patch_entropy(x):
    try:
        import skimage
        from skimage.filters.rank import entropy
        from skimage.morphology import disk
    except ImportError as error:
        return skipped("scikit-image", "patch-entropy", error)
    picture, footprint = x[0, 0].astype(np.uint8), disk(5)
    run = lambda: entropy(picture, footprint)
    report(ARGS, "scikit-image", skimage.__version__, "patch-entropy", 1, run, lambda: run().mean())


def ksg(x, y):
    try:
        import sklearn
        from sklearn.feature_selection import _mutual_info, mutual_info_regression
    except ImportError as error:
        return skipped("scikit-learn", "ksg", error)
    a, b = x.astype(np.float64), y[:, 0].astype(np.float64)
    run = lambda: mutual_info_regression(a, b, n_neighbors=3)
    # The value without the scaling and the noise that the function adds first.
    plain = lambda: _mutual_info._compute_mi_cc(a[:, 0], b, 3)
    report(ARGS, "scikit-learn", sklearn.__version__, "ksg", 1, run, plain)


def knn_entropy(x):
    try:
        import scipy
        from scipy.spatial import cKDTree
        from scipy.special import digamma, gammaln
    except ImportError as error:
        return skipped("scipy", "knn-entropy", error)
    points = x.astype(np.float64)
    n, d = points.shape

    def entropy(workers):
        distances = cKDTree(points).query(points, 4, workers=workers)[0][:, 3]
        return digamma(n) - digamma(3) + d / 2 * np.log(np.pi) - gammaln(d / 2 + 1) + d * np.log(distances).mean()

    # A query takes one thread unless it is told otherwise.
    for workers, what in ((1, "as it comes, 1 thread"), (ARGS.threads, f"told to take {ARGS.threads} threads")):
        run = lambda: entropy(workers)
        report(ARGS, "scipy", scipy.__version__, f"knn-entropy {what}", workers, run, run)


def kernel_density(x):
    try:
        import scipy
        from scipy.stats import gaussian_kde
    except ImportError as error:
        return skipped("scipy", "kernel-density", error)
    points = x.astype(np.float64).T
    run = lambda: -np.log(gaussian_kde(points)(points)).mean()
    report(ARGS, "scipy", scipy.__version__, "kernel-density", ARGS.threads, run, run)


def ledoit_wolf(x):
    try:
        import sklearn
        from sklearn.covariance import ledoit_wolf as shrunk
    except ImportError as error:
        return skipped("scikit-learn", "ledoit-wolf", error)
    points = x.astype(np.float64)

    def run():
        covariance = shrunk(points)[0]
        return 0.5 * np.linalg.slogdet(2 * np.pi * np.e * covariance)[1]

    report(ARGS, "scikit-learn", sklearn.__version__, "ledoit-wolf", ARGS.threads, run, run)


NUMBERS = operands(ARGS.source)
if ARGS.mode == "patch-entropy":
    patch_entropy(NUMBERS["x"])
elif ARGS.mode == "ksg":
    ksg(NUMBERS["x"], NUMBERS["y"])
elif ARGS.mode == "knn-entropy":
    knn_entropy(NUMBERS["x"])
elif ARGS.mode == "kernel-density":
    kernel_density(NUMBERS["x"])
else:
    ledoit_wolf(NUMBERS["x"])
