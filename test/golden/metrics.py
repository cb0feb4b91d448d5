# Writes metrics.json: metrics by scikit-learn and scikit-image, in float64. Run: python test/golden/metrics.py
# Scores and masks are integer patterns, so the tests make them themselves (test/metrics/patterns.ts):
#   picture i of 60: score ((37 i^2 + 11 i) mod 53 + 9 [i mod 3 = 0]) / 8, label [i mod 3 = 0]
#   map p of 9, height 23 + p, width 31: pixel k ((7 k^2 + 13 k + 29 p) mod 251 + 60 [marked]) / 16
#   masks of maps with p mod 3 != 0: row i, column j marked if ((i // 4) + (j // 5) + p) mod 4 = 0 and (i // 4) mod 2 = 0,
#   or if i = j + p
import json
import os

import numpy as np
import scipy
import skimage
import sklearn
from scipy.ndimage import maximum_filter
from skimage.measure import label, regionprops
from sklearn.metrics import auc, average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

i = np.arange(60)
image_labels = (i % 3 == 0).astype(int)
image_scores = ((37 * i**2 + 11 * i) % 53 + 9 * image_labels) / 8

maps, masks = [], []
for p in range(9):
    height, width = 23 + p, 31
    row, column = np.mgrid[:height, :width]
    mask = ((row // 4 + column // 5 + p) % 4 == 0) & (row // 4 % 2 == 0) | (row == column + p)
    if p % 3 == 0:
        mask[:] = False
    k = np.arange(height * width).reshape(height, width)
    maps.append(((7 * k**2 + 13 * k + 29 * p) % 251 + 60 * mask) / 16)
    masks.append(mask)
pixel_scores = np.concatenate([x.ravel() for x in maps])
pixel_labels = np.concatenate([m.ravel() for m in masks]).astype(int)
regions = [(x, r) for x, m in zip(maps, masks) for r in regionprops(label(m, connectivity=2))]


def ranking(labels, scores):
    precision, recall, thresholds = precision_recall_curve(labels, scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    best = np.flatnonzero(f1 >= f1.max() - 1e-15)[-1]
    return {
        "auroc": roc_auc_score(labels, scores),
        "ap": average_precision_score(labels, scores),
        "f1Max": f1[best],
        "threshold": thresholds[best],
    }


def covered(x, region, threshold):
    return (x[region.coords[:, 0], region.coords[:, 1]] >= threshold).mean()


def pro_area(limit):
    # By hand at every distinct score, and once more by scikit-learn, where each marked pixel weighs 1 / size of its region.
    normal = pixel_scores[pixel_labels == 0]
    thresholds = np.unique(pixel_scores)[::-1]
    fpr = np.array([0.0] + [(normal >= t).mean() for t in thresholds])
    pro = np.array([0.0] + [np.mean([covered(x, r, t) for x, r in regions]) for t in thresholds])
    weights = np.ones_like(pixel_scores)
    start = 0
    for m in masks:
        numbers = label(m, connectivity=2)
        sizes = np.bincount(numbers.ravel())
        weights[start : start + m.size] = np.where(numbers > 0, 1 / sizes[numbers], 1).ravel()
        start += m.size
    weighted_fpr, weighted_tpr, _ = roc_curve(pixel_labels, pixel_scores, sample_weight=weights, drop_intermediate=False)
    areas = []
    for x, y in ((fpr, pro), (weighted_fpr, weighted_tpr)):
        end = np.interp(limit, x, y)
        inside = x < limit
        areas.append(auc(np.append(x[inside], limit), np.append(y[inside], end)) / limit)
    assert abs(areas[0] - areas[1]) < 1e-12, areas
    return areas[0]


def pro_by_steps(grow, limit=0.3, steps=200):
    # As in the evaluation code of RD4AD and Dinomaly, and, with detections grown, of SimpleNet.
    low, high = pixel_scores.min(), pixel_scores.max()
    points = []
    for step in range(steps):
        threshold = low + step * (high - low) / steps
        found = [maximum_filter((x > threshold).astype(np.uint8), 5) if grow else x > threshold for x in maps]
        pro = np.mean([found[n][r.coords[:, 0], r.coords[:, 1]].sum() / r.area for n, m in enumerate(masks) for r in regionprops(label(m))])
        points.append(((pixel_scores[pixel_labels == 0] > threshold).mean(), pro))
    fpr, pro = np.array([p for p in points if p[0] < limit]).T
    fpr = (fpr - fpr.min()) / (fpr.max() - fpr.min() + 1e-10) if grow else fpr / fpr.max()
    return auc(fpr, pro)


def pimo_areas(lower, upper):
    # At every distinct score of normal pictures; their curves are joined by straight lines over the logarithm of the rate.
    normals = [x.ravel() for x, m in zip(maps, masks) if not m.any()]
    thresholds = np.unique(np.concatenate(normals))[::-1]
    rate = np.array([np.mean([(n >= t).mean() for n in normals]) for t in thresholds])
    areas = []
    for x, m in zip(maps, masks):
        if not m.any():
            continue
        share = np.array([(x[m] >= t).mean() for t in thresholds])
        inside = (rate > lower) & (rate < upper)
        ends = np.interp(np.log([lower, upper]), np.log(rate), share)
        log_rate = np.concatenate([[np.log(lower)], np.log(rate[inside]), [np.log(upper)]])
        areas.append(auc(log_rate, np.concatenate([[ends[0]], share[inside], [ends[1]]])) / np.log(upper / lower))
    return areas


golden = {
    "scikit-learn": sklearn.__version__,
    "scikit-image": skimage.__version__,
    "scipy": scipy.__version__,
    "image": ranking(image_labels, image_scores),
    "pixel": ranking(pixel_labels, pixel_scores),
    "regions": len(regions),
    "aupro": {str(limit): pro_area(limit) for limit in (0.05, 0.3, 1)},
    "auproDinomaly": pro_by_steps(False),
    "auproSimplenet": pro_by_steps(True),
    "pimo": [{"lower": lower, "upper": upper, "areas": pimo_areas(lower, upper)} for lower, upper in ((0.01, 0.1), (0.02, 0.5))],
}
target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "metrics.json")
with open(target, "w") as file:
    json.dump(golden, file, indent=2, default=float)
    file.write("\n")
