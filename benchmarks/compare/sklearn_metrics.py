# Times scikit-learn's pixel-level AUROC and average precision on maps that the benchmark wrote; one JSON object a line.
import argparse
import json
import os
import time

import numpy as np
import sklearn
from sklearn.metrics import average_precision_score, roc_auc_score

parser = argparse.ArgumentParser()
parser.add_argument("--from", dest="folder", required=True)
parser.add_argument("--repeats", type=int, default=3)
options = parser.parse_args()

scores = np.fromfile(os.path.join(options.folder, "scores.f32"), dtype=np.float32)
labels = (np.fromfile(os.path.join(options.folder, "masks.u8"), dtype=np.uint8) != 0).astype(np.uint8)

for mode, metric in (("auroc", roc_auc_score), ("ap", average_precision_score)):
    times = []
    for _ in range(options.repeats):
        start = time.perf_counter()
        value = metric(labels, scores)
        times.append(1000 * (time.perf_counter() - start))
    low, middle, high = np.percentile(times, [25, 50, 75])
    row = {
        "peer": "scikit-learn",
        "version": sklearn.__version__,
        "mode": mode,
        "threads": 1,
        "isa": "native",
        "ms": middle,
        "spread": (high - low) / middle,
        "minMs": min(times),
        "repeats": options.repeats,
        "value": float(value),
    }
    print(json.dumps(row), flush=True)
