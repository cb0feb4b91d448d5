#!/usr/bin/env python3
"""The reference autoencoder in PyTorch, timed on the CPU.

Prints one JSON object per row on standard output; everything else goes to
standard error. One process measures one mode, so that its peak memory is that
mode's own.

    reference_autoencoder.py train [--channels-last] [--compile] [--isa avx2]
    reference_autoencoder.py infer [--channels-last] [--compile] [--freeze]
    reference_autoencoder.py sgemm [--isa avx2]
    reference_autoencoder.py check --from DIR     (see README.md)
"""
import argparse
import ctypes
import json
import os
import re
import resource
import statistics
import sys
import time


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("mode", choices=["train", "infer", "sgemm", "check"])
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--size", type=int, default=256, help="height and width of the input")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--isa", choices=["native", "avx2"], default="native")
    p.add_argument("--warmup", type=int, default=2)
    p.add_argument("--repeats", type=int, default=7)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--channels-last", action="store_true")
    p.add_argument("--compile", action="store_true", help="torch.compile (needs a C++ compiler)")
    p.add_argument("--freeze", action="store_true", help="with --compile: fold weights into the compiled graph (inference only)")
    p.add_argument("--keep-heap", action="store_true", help="glibc keeps freed memory instead of giving it back to the kernel")
    p.add_argument("--from", dest="source", help="check: folder written by onnxruntime-autoencoder.mjs --dump")
    return p.parse_args()


# What each library reads when it is loaded; so this comes before any import of them.
AVX2_ENVIRONMENT = {
    "ONEDNN_MAX_CPU_ISA": "AVX2",  # oneDNN: convolutions
    "ATEN_CPU_CAPABILITY": "avx2",  # ATen's own loops, and the code torch.compile writes
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",  # MKL: torch.matmul (documented for Intel CPUs only)
    "OPENBLAS_CORETYPE": "Haswell",  # OpenBLAS: numpy's matmul
}


def prepare_environment(args):
    os.environ["OMP_NUM_THREADS"] = str(args.threads)
    os.environ["MKL_NUM_THREADS"] = str(args.threads)
    os.environ["OPENBLAS_NUM_THREADS"] = str(args.threads)
    os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")
    if args.isa == "avx2":
        os.environ.update(AVX2_ENVIRONMENT)
    else:
        for name in AVX2_ENVIRONMENT:
            os.environ.pop(name, None)
    if args.keep_heap:
        libc = ctypes.CDLL(None)
        m_trim_threshold, m_mmap_max = -1, -4
        libc.mallopt(m_mmap_max, 0)
        libc.mallopt(m_trim_threshold, -1)


ARGS = arguments()
prepare_environment(ARGS)

try:
    import torch
    from torch import nn
except ImportError as error:
    print(json.dumps({"peer": "torch", "mode": ARGS.mode,
                      "skipped": f"PyTorch is not installed ({error}); install it with: bash benchmarks/compare/setup-peers.sh"}))
    sys.exit(0)


def block(cin, cout, kernel=3, dilation=1):
    pad = (kernel // 2) * dilation
    return [
        nn.Conv2d(cin, cout, kernel, padding=pad, dilation=dilation, bias=False),
        nn.BatchNorm2d(cout),
        nn.ReLU(inplace=True),
    ]


def network():
    up = lambda: nn.Upsample(scale_factor=2, mode="nearest")
    return nn.Sequential(
        *block(3, 32, 5), *block(32, 32), nn.MaxPool2d(2),
        *block(32, 64), *block(64, 64), nn.MaxPool2d(2),
        *block(64, 128), *block(128, 128), nn.MaxPool2d(2),
        *block(128, 256), *block(256, 256, dilation=2), *block(256, 256, dilation=4),
        up(), *block(256, 128), *block(128, 128),
        up(), *block(128, 64), *block(64, 64),
        up(), *block(64, 32), *block(32, 32),
        nn.Conv2d(32, 3, 1), nn.Sigmoid(),
    )


def convolution_flops(model, batch, size, train):
    """Two operations per multiply-add, convolutions only. A training step counts
    each convolution three times, the first one twice (no gradient for the input)."""
    total, scale, first = 0, size, True
    for layer in model:
        if isinstance(layer, nn.MaxPool2d):
            scale //= 2
        elif isinstance(layer, nn.Upsample):
            scale *= 2
        elif isinstance(layer, nn.Conv2d):
            one = 2 * batch * scale * scale * layer.weight.numel()
            total += one * ((2 if first else 3) if train else 1)
            first = False
    return total


def peak_rss_mb():
    with open("/proc/self/status") as f:
        return round(int(re.search(r"VmHWM:\s+(\d+) kB", f.read()).group(1)) / 1024, 1)


def onednn_version():
    found = re.search(r"MKL-DNN v([\d.]+)|oneDNN v([\d.]+)", torch.__config__.show())
    return (found.group(1) or found.group(2)) if found else None


def measure(step, warmup, repeats):
    for _ in range(warmup):
        step()
    before = resource.getrusage(resource.RUSAGE_SELF)
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    after = resource.getrusage(resource.RUSAGE_SELF)
    median = statistics.median(times)
    quarters = statistics.quantiles(times, n=4, method="inclusive") if repeats > 1 else [median] * 3
    system = after.ru_stime - before.ru_stime
    user = after.ru_utime - before.ru_utime
    return {
        "ms": round(median, 2),
        "spread": round((quarters[2] - quarters[0]) / median, 4),  # interquartile range over median
        "minMs": round(min(times), 2),
        "repeats": repeats,
        "faults": round((after.ru_minflt - before.ru_minflt) / repeats),  # page faults per step
        "systemShare": round(system / (system + user), 3) if system + user else 0,  # of the CPU time
    }


def row(mode, flops, result, peer="torch", version=None):
    ordered = {
        "peer": peer, "version": version or torch.__version__, "mode": mode, "threads": ARGS.threads, "isa": ARGS.isa,
        "ms": result["ms"], "spread": result["spread"], "gflops": round(flops / result["ms"] / 1e6, 1),
        "peakRssMb": peak_rss_mb(), "repeats": result["repeats"],
    }
    ordered.update({k: v for k, v in result.items() if k not in ordered})
    ordered["atenIsa"] = torch.backends.cpu.get_cpu_capability()
    print(json.dumps(ordered), flush=True)


def mode_name():
    name = ARGS.mode
    for flag, on in (("channels_last", ARGS.channels_last), ("compile", ARGS.compile), ("freeze", ARGS.freeze), ("keep_heap", ARGS.keep_heap)):
        name += f"+{flag}" if on else ""
    return name


def run_network(train):
    torch.manual_seed(ARGS.seed)
    model = network()
    image = torch.rand(ARGS.batch, 3, ARGS.size, ARGS.size)
    if ARGS.channels_last:
        model = model.to(memory_format=torch.channels_last)
        image = image.contiguous(memory_format=torch.channels_last)
    flops = convolution_flops(model, ARGS.batch, ARGS.size, train)
    forward = model
    if ARGS.compile:
        if ARGS.freeze:
            import torch._inductor.config as inductor
            inductor.freezing = True
        forward = torch.compile(model)

    if train:
        model.train()
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

        def step():
            optimizer.zero_grad(set_to_none=True)
            loss = nn.functional.mse_loss(forward(image), image)
            loss.backward()
            optimizer.step()
            return loss.item()
    else:
        model.eval()

        def step():
            with torch.no_grad():
                return forward(image)

    if ARGS.compile:
        try:
            start = time.perf_counter()
            step()
            print(f"compiled in {time.perf_counter() - start:.1f} s", file=sys.stderr)
        except Exception as error:  # whatever the compiler chain throws, it is a skip and not a figure
            reason = f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"
            print(json.dumps({"peer": "torch", "version": torch.__version__, "mode": mode_name(), "isa": ARGS.isa,
                              "skipped": f"torch.compile does not work here ({reason}); it needs a C++ compiler (apt-get install g++) and Python's headers"}))
            return
    row(mode_name(), flops, measure(step, ARGS.warmup, ARGS.repeats))


def run_sgemm():
    """The ceiling: one 2048 x 2048 x 2048 product in float32, by the three libraries at hand."""
    n = 2048
    torch.manual_seed(ARGS.seed)
    a, b = torch.rand(n, n) - 0.5, torch.rand(n, n) - 0.5
    out = torch.empty(n, n)
    row("sgemm (torch.matmul)", 2 * n**3, measure(lambda: torch.matmul(a, b, out=out), ARGS.warmup, ARGS.repeats))
    image = b.reshape(1, 32, 64, n).permute(0, 3, 1, 2)  # channels last; a 1x1 convolution is this product in oneDNN
    weight = a.reshape(n, n, 1, 1)
    with torch.no_grad():
        row("sgemm (oneDNN 1x1 convolution)", 2 * n**3, measure(lambda: nn.functional.conv2d(image, weight), ARGS.warmup, ARGS.repeats))
    try:
        import numpy
    except ImportError:
        return
    x, y = a.numpy().copy(), b.numpy().copy()
    z = numpy.empty_like(x)
    row("sgemm (numpy matmul)", 2 * n**3, measure(lambda: numpy.matmul(x, y, out=z), ARGS.warmup, ARGS.repeats), "numpy", numpy.__version__)


def run_check():
    """Loads the weights, input and output that the ONNX side wrote and compares the outputs."""
    import array
    with open(os.path.join(ARGS.source, "manifest.json")) as f:
        manifest = json.load(f)
    with open(os.path.join(ARGS.source, "tensors.bin"), "rb") as f:
        data = array.array("f", f.read())
    tensors = {}
    for entry in manifest["tensors"]:
        flat = torch.frombuffer(data, dtype=torch.float32)[entry["offset"]:entry["offset"] + entry["length"]]
        tensors[entry["name"]] = flat.reshape(entry["dims"]).clone()
    model = network().eval()
    state = model.state_dict()
    names = [k for k in state if not k.endswith("num_batches_tracked")]
    given = [e["name"] for e in manifest["tensors"] if e["name"] not in ("input", "output")]
    assert len(names) == len(given), (len(names), len(given))
    for ours, theirs in zip(names, given):
        assert state[ours].shape == tensors[theirs].shape, (ours, theirs)
        state[ours].copy_(tensors[theirs])
    with torch.no_grad():
        output = model(tensors["input"])
    difference = (output - tensors["output"]).abs().max().item()
    deviation = tensors["output"].std().item()
    relative = ((output - tensors["output"]).norm() / output.norm()).item()
    # The training steps that follow: the manifest says how many there were.
    losses = training_losses(model, tensors["input"], len(manifest.get("losses", [])))
    print(json.dumps({"peer": "torch", "version": torch.__version__, "mode": "check", "maxAbsDifference": difference,
                      "outputStd": deviation, "relativeError": relative, "losses": losses}))
    if not difference < 1e-4 or not deviation > 1e-3:
        sys.exit("check: the two networks disagree, or the output is constant")


def training_losses(model, image, steps):
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.mse_loss(model(image), image)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


torch.set_num_threads(ARGS.threads)
if ARGS.mode == "sgemm":
    run_sgemm()
elif ARGS.mode == "check":
    run_check()
else:
    run_network(ARGS.mode == "train")
