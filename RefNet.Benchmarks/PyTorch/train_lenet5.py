"""What `refnet train lenet5-modern` does, in PyTorch: the same data, held-out images, batches, rates and checkpoints.

usage: train_lenet5.py DATA EPOCHS THREADS channels_last|contiguous OUT
"""
import gzip
import math
import sys
import time

import numpy as np
import torch
from torch import nn

data, epochs, threads, layout, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
layout = torch.channels_last if layout == "channels_last" else torch.contiguous_format
BATCH, RATE, DECAY, MOMENTUM, LAMBDA, HELD_OUT = 64, 0.05, 0.15, 0.9, 0.0005, 5000
MEAN, DEVIATION = 0.1307, 0.3081
torch.set_num_threads(threads)
torch.manual_seed(1)


def read(name, header):
    with gzip.open(f"{data}/{name}.gz") as file:
        return np.frombuffer(file.read(), dtype=np.uint8, offset=header)


def load(prefix):
    pixels = read(f"{prefix}-images-idx3-ubyte", 16).reshape(-1, 1, 28, 28)
    x = (torch.from_numpy(pixels.astype(np.float32)) / 255 - MEAN) / DEVIATION
    return x.contiguous(memory_format=layout), torch.from_numpy(read(f"{prefix}-labels-idx1-ubyte", 8).astype(np.int64))


network = nn.Sequential(
    nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
    nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(),
    nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))
for parameter in network.parameters():
    if parameter.dim() > 1:
        nn.init.xavier_uniform_(parameter)
    else:
        nn.init.zeros_(parameter)
network = network.to(memory_format=layout)
weights = [p for p in network.parameters() if p.dim() > 1]
biases = [p for p in network.parameters() if p.dim() == 1]
# RefNet's penalty is lambda times the sum of squares, PyTorch's half of that.
optimizer = torch.optim.SGD([{"params": weights, "weight_decay": 2 * LAMBDA}, {"params": biases}], lr=RATE, momentum=MOMENTUM)
criterion = nn.CrossEntropyLoss()


def evaluate(x, t):
    network.eval()
    loss = errors = 0
    with torch.no_grad():
        for start in range(0, len(x), 250):
            y, target = network(x[start:start + 250]), t[start:start + 250]
            loss += criterion(y, target).item() * len(target)
            errors += (y.argmax(1) != target).sum().item()
    network.train()
    return loss / len(x), errors / len(x)


images, labels = load("train")
order = torch.randperm(len(images))
held, kept = order[:HELD_OUT].sort()[0], order[HELD_OUT:].sort()[0]
x_held, t_held, images, labels = images[held], labels[held], images[kept], labels[kept]
x_test, t_test = load("t10k")

best, seconds = math.inf, []
for epoch in range(epochs):
    start = time.perf_counter()
    for group in optimizer.param_groups:
        group["lr"] = RATE * math.exp(-DECAY * epoch)
    order = torch.randperm(len(images))
    total = errors = 0
    for first in range(0, len(images), BATCH):
        chosen = order[first:first + BATCH]
        x, t = images[chosen], labels[chosen]
        y = network(x)
        loss = criterion(y, t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(t)
        errors += (y.argmax(1) != t).sum().item()
    validation, _ = evaluate(x_held, t_held)
    if validation < best:
        best = validation
        torch.save(network.state_dict(), f"{out}/best.pt")
    torch.save(network.state_dict(), f"{out}/last.pt")
    torch.save((network.state_dict(), optimizer.state_dict()), f"{out}/resume.pt")
    seconds.append(time.perf_counter() - start)

network.load_state_dict(torch.load(f"{out}/best.pt"))
print(f"Test error: {100 * evaluate(x_test, t_test)[1]:.2f} %")
print("seconds", *(f"{s:.4f}" for s in seconds))
