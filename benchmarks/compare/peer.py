"""What the scripts that time peers share: arguments, operands out of files, one JSON object per row.

Import this before numpy or torch: it sets how many threads they take.
"""
import argparse
import json
import os
import statistics
import time


def arguments(modes, description):
    p = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("mode", choices=modes)
    p.add_argument("--from", dest="source", required=True)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--repeats", type=int, default=9)
    args = p.parse_args()
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(args.threads)
    return args


def operands(source):
    """By name: raw float32 numbers of <name>.f32, extents from shape.json."""
    import numpy as np

    with open(os.path.join(source, "shape.json")) as f:
        shapes = json.load(f)
    return {name: np.fromfile(os.path.join(source, f"{name}.f32"), dtype=np.float32).reshape(shape) for name, shape in shapes.items()}


def resident(key):
    with open("/proc/self/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith(key)) / 1024


def report(args, peer, version, mode, threads, run, value, memory=False):
    """Median of the repeats of bundles that take some 50 ms, after a warm-up; with `memory`, what the first call took on top, in MiB."""
    extra = {}
    if memory:
        before = resident("VmRSS")
        with open("/proc/self/clear_refs", "w") as f:
            f.write("5")  # the peak starts again from here
    run()
    if memory:
        extra["peakExtraMb"] = resident("VmHWM") - before
    start = time.perf_counter()
    run()
    calls = max(1, int(0.05 / max(time.perf_counter() - start, 1e-6)))
    samples = []
    for _ in range(args.repeats):
        start = time.perf_counter()
        for _ in range(calls):
            run()
        samples.append((time.perf_counter() - start) / calls * 1e3)
    low, middle, high = statistics.quantiles(samples, n=4, method="inclusive")
    row = {"peer": peer, "version": version, "mode": mode, "threads": threads, "ms": middle, "spread": (high - low) / middle,
           "minMs": min(samples), "repeats": len(samples), "value": float(value())}
    print(json.dumps({**row, **extra}), flush=True)


def skipped(peer, mode, error):
    print(json.dumps({"peer": peer, "mode": mode, "skipped": f"{error}; install it with: bash benchmarks/compare/setup-peers.sh"}))
