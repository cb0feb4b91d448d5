# Writes optimizers.json: parameters after five steps of PyTorch's optimisers, and the factors of its schedules.
# Usage: python test/golden/optimizers.py (PyTorch 2; arithmetic in float32 on the CPU)
import json
import pathlib
import warnings

import torch

warnings.filterwarnings("ignore")
torch.set_num_threads(1)


def pattern(count, step, scale):
    return (torch.arange(count, dtype=torch.float64) * step % 101 - 50).div(scale).float()


def run(make, clip=None, steps=5):
    # loss = sum(curve (p - target)^2) over two parameters
    sizes = [24, 7]
    parameters = [torch.nn.Parameter(pattern(n, 37, 50)) for n in sizes]
    curves = [pattern(n, 13, 100) + 0.6 for n in sizes]
    targets = [pattern(n, 29, 40) for n in sizes]
    optimizer = make(parameters)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = sum((c * (p - t) * (p - t)).sum() for p, c, t in zip(parameters, curves, targets))
        loss.backward()
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(parameters, clip)
        optimizer.step()
    return [[float(x) for x in p.detach()] for p in parameters]


def factors(make, total=20):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = make(optimizer, total)
    values = []
    for _ in range(total):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return values


optim, rates = torch.optim, torch.optim.lr_scheduler
golden = {
    "pytorch": torch.__version__,
    "optimizers": {
        "adam": run(lambda p: optim.Adam(p, lr=0.05)),
        "adam with decay": run(lambda p: optim.Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-4, weight_decay=0.1)),
        "adamW": run(lambda p: optim.AdamW(p, lr=0.05, weight_decay=0.1)),
        "sgd": run(lambda p: optim.SGD(p, lr=0.1)),
        "sgd with momentum": run(lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01)),
        "sgd with nesterov": run(lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True)),
        "sgd with dampening": run(lambda p: optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.5)),
        "sgd clipped": run(lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01), clip=0.5),
        "adamW clipped": run(lambda p: optim.AdamW(p, lr=0.05), clip=0.5),
    },
    "schedules": {
        "step": factors(lambda o, n: rates.MultiStepLR(o, [8, 15], gamma=0.3)),
        "cosine": factors(lambda o, n: rates.CosineAnnealingLR(o, n, eta_min=0.05)),
        "oneCycle": factors(lambda o, n: rates.OneCycleLR(o, 1.0, total_steps=n + 1, cycle_momentum=False))[:20],
        "oneCycle early": factors(lambda o, n: rates.OneCycleLR(o, 1.0, total_steps=n + 1, pct_start=0.01, div_factor=10, final_div_factor=100, cycle_momentum=False)),
    },
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden, indent=1) + "\n")
