# Writes training.json: five Adam steps of a small network in PyTorch, with every parameter and buffer at the end.
# No bias stands before a normalisation that takes it out again: its gradient would be nothing but rounding.
# Usage: python test/golden/training.py (PyTorch 2; arithmetic in float32 on the CPU)
import json
import pathlib

import torch

torch.set_num_threads(1)
nn = torch.nn


def pattern(shape, step, scale):
    count = int(torch.tensor(shape).prod())
    return (torch.arange(count, dtype=torch.float64) * step % 101 - 50).div(scale).float().reshape(shape)


network = nn.Sequential(
    nn.Conv2d(2, 4, 3, padding=1, padding_mode="reflect", bias=False),
    nn.BatchNorm2d(4),
    nn.ReLU(),
    nn.Conv2d(4, 8, 3, stride=2, padding=1, groups=2, bias=False),
    nn.InstanceNorm2d(8, affine=True),
    nn.LeakyReLU(0.2),
    nn.MaxPool2d(2),
    nn.ConvTranspose2d(8, 3, 4, stride=2, padding=1),
    nn.GroupNorm(1, 3),
    nn.SiLU(),
    nn.Flatten(),
    nn.Linear(48, 5),
)
with torch.no_grad():
    for i, p in enumerate(network.parameters()):
        p.copy_(pattern(list(p.shape), 37 + 2 * i, 150))
    for i in (1, 4, 8):
        network[i].weight.add_(1)

x = pattern([3, 2, 8, 8], 29, 40)
target = (pattern([3, 5], 13, 100) > 0).float()
optimizer = torch.optim.AdamW(network.parameters(), lr=0.02, weight_decay=0.05)
losses = []
for _ in range(5):
    optimizer.zero_grad()
    loss = nn.functional.binary_cross_entropy_with_logits(network(x), target)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    losses.append(float(loss.detach()))
network.eval()
with torch.no_grad():
    output = network(x)
state = {name: value.flatten().tolist() for name, value in network.state_dict().items() if not name.endswith("tracked")}
golden = {"pytorch": torch.__version__, "losses": losses, "output": output.flatten().tolist(), "state": state}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
