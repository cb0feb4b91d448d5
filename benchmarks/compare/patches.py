#!/usr/bin/env python3
"""Nearest vectors, k-centre, Gaussians of positions, components and unfolding in PyTorch, faiss and scikit-learn, timed on the CPU.

    patches.py MODE --from DIR [--threads N] [--repeats N]

DIR holds raw float32 numbers and their extents in shape.json. Prints one JSON
object per row on standard output, with the number that the peer arrived at.
"""
from peer import arguments, operands, report, skipped

MODES = ["nearest", "nearest-faiss", "nearest-sklearn", "k-centre", "position-gaussians", "mahalanobis", "pca", "unfold"]
ARGS = arguments(MODES, __doc__)

import numpy as np  # after the number of threads is set


def torch_or_none():
    try:
        import torch
    except ImportError as error:
        return skipped("torch", ARGS.mode, error)
    torch.set_num_threads(ARGS.threads)
    return torch


def nearest_torch(x, bank, k=9):
    torch = torch_or_none()
    if not torch:
        return
    x, bank = torch.from_numpy(x), torch.from_numpy(bank)

    def product():
        """As PatchCore in anomalib: squared norms less twice the product, roots, top-k."""
        squares = (x**2).sum(1, keepdim=True) + (bank**2).sum(1).unsqueeze(0) - 2 * (x @ bank.T)
        return squares.clamp_min_(0).sqrt_().topk(k, largest=False)[0]

    def bare():
        """Only the product and top-k of it: no distances."""
        return (x @ bank.T).topk(k)[0]

    with torch.no_grad():
        report(ARGS, "torch", torch.__version__, "nearest product, then topk", ARGS.threads, product, lambda: product().mean(), memory=True)
        report(ARGS, "torch", torch.__version__, "nearest cdist, then topk", ARGS.threads, lambda: torch.cdist(x, bank).topk(k, largest=False)[0],
               lambda: product().mean(), memory=True)
        report(ARGS, "torch", torch.__version__, "nearest bare product and topk, no distances", ARGS.threads, bare, lambda: product().mean())


def nearest_faiss(x, bank, k=9):
    try:
        import faiss
    except ImportError as error:
        return skipped("faiss", ARGS.mode, error)
    faiss.omp_set_num_threads(ARGS.threads)
    index = faiss.IndexFlatL2(bank.shape[1])
    index.add(bank)
    run = lambda: index.search(x, k)
    report(ARGS, "faiss", faiss.__version__, "nearest-faiss IndexFlatL2", ARGS.threads, run, lambda: np.sqrt(run()[0]).mean(), memory=True)


def nearest_sklearn(x, bank, k=9):
    try:
        import sklearn
        from sklearn.neighbors import NearestNeighbors
    except ImportError as error:
        return skipped("scikit-learn", ARGS.mode, error)
    model = NearestNeighbors(n_neighbors=k, algorithm="brute", n_jobs=1).fit(bank)
    run = lambda: model.kneighbors(x)
    report(ARGS, "scikit-learn", sklearn.__version__, "nearest-sklearn brute", ARGS.threads, run, lambda: run()[0].mean(), memory=True)


def k_centre(x, count=2000):
    torch = torch_or_none()
    if not torch:
        return
    import torch.nn.functional as F

    x = torch.from_numpy(x)

    def greedy(distance):
        """The loop of anomalib's KCenterGreedy, from row 0."""
        least, picks, at = None, [], 0
        for _ in range(count):
            d = distance(x[at : at + 1]).reshape(-1, 1)
            least = d if least is None else torch.minimum(least, d)
            least[at] = 0
            picks.append(at)
            at = int(torch.argmax(least).item())
        return picks

    pairwise = lambda: greedy(lambda row: F.pairwise_distance(x, row, p=2))
    plain = lambda: greedy(lambda row: torch.linalg.norm(x - row, ord=2, dim=1))
    report(ARGS, "torch", torch.__version__, "k-centre as anomalib", ARGS.threads, pairwise, lambda: np.mean(pairwise()))
    report(ARGS, "torch", torch.__version__, "k-centre linalg.norm", ARGS.threads, plain, lambda: np.mean(plain()))


def position_gaussians(x):
    torch = torch_or_none()
    if not torch:
        return
    x = torch.from_numpy(x)
    n, channels, height, width = x.shape

    def fit():
        """As PaDiM in anomalib: mean, covariance and inverse, position by position."""
        features = x.reshape(n, channels, height * width)
        mean = features.mean(dim=0)
        covariance = torch.empty(height * width, channels, channels)
        one = torch.eye(channels)
        for i in range(height * width):
            covariance[i] = torch.cov(features[:, :, i].T) + 0.01 * one
        return mean, torch.linalg.inv(covariance)

    def value():
        """The mean distance of the first picture, from a fit in float64."""
        features = x.double().reshape(n, channels, -1)
        mean = features.mean(dim=0)
        centred = (features - mean).permute(2, 0, 1)
        covariance = centred.transpose(1, 2) @ centred / (n - 1) + 0.01 * torch.eye(channels)
        d = centred[:, 0]
        return torch.sqrt((torch.linalg.solve(covariance, d) * d).sum(1)).mean()

    with torch.no_grad():
        report(ARGS, "torch", torch.__version__, "position-gaussians as anomalib", ARGS.threads, fit, value)


def mahalanobis(x, mean, inverse):
    torch = torch_or_none()
    if not torch:
        return
    x, mean, inverse = (torch.from_numpy(a) for a in (x, mean, inverse))
    n, channels, height, width = x.shape

    def distances():
        """As PaDiM in anomalib."""
        delta = (x.reshape(n, channels, height * width) - mean.T).permute(2, 0, 1)
        squares = (torch.matmul(delta, inverse) * delta).sum(2).permute(1, 0)
        return squares.reshape(n, 1, height, width).clamp(0).sqrt()

    with torch.no_grad():
        report(ARGS, "torch", torch.__version__, "mahalanobis as anomalib", ARGS.threads, distances, lambda: distances().mean())


def pca(x):
    try:
        import sklearn
        from sklearn.decomposition import PCA
    except ImportError as error:
        return skipped("scikit-learn", ARGS.mode, error)
    for solver in ("covariance_eigh", "full"):
        run = lambda: PCA(n_components=100, svd_solver=solver).fit(x)
        report(ARGS, "scikit-learn", sklearn.__version__, f"pca {solver}", ARGS.threads, run, lambda: run().explained_variance_.mean())


def unfold(x):
    torch = torch_or_none()
    if not torch:
        return
    x = torch.from_numpy(x)
    run = lambda: torch.nn.functional.unfold(x, 3, padding=1)
    with torch.no_grad():
        report(ARGS, "torch", torch.__version__, "unfold", ARGS.threads, run, lambda: run().abs().mean())


NUMBERS = operands(ARGS.source)
{
    "nearest": nearest_torch,
    "nearest-faiss": nearest_faiss,
    "nearest-sklearn": nearest_sklearn,
    "k-centre": k_centre,
    "position-gaussians": position_gaussians,
    "mahalanobis": mahalanobis,
    "pca": pca,
    "unfold": unfold,
}[ARGS.mode](**NUMBERS)
