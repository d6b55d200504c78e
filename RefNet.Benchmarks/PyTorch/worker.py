"""PyTorch's worker: the counterpart of Work/WorkerHost.cs, which explains what it is asked.

usage: worker.py channels_last|contiguous THREADS
"""
import itertools
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

SAMPLE_SECONDS = 0.001
MOST_COMPARED = 1 << 16

layout = torch.channels_last if sys.argv[1] == "channels_last" else torch.contiguous_format
torch.set_num_threads(int(sys.argv[2]))


def hashes(count, seed, start=0):
    h = np.arange(start, start + count, dtype=np.uint32) * np.uint32(2654435761) + np.uint32(seed * 2246822519 % 2**32)
    h = (h ^ (h >> np.uint32(15))) * np.uint32(2246822519)
    return h ^ (h >> np.uint32(13))


def tensor(seed, scale, *extents):
    """The numbers that Work/Numbers.cs makes, in the layout that is compared."""
    count, chunk = int(np.prod(extents)), 1 << 20  # in chunks, so that making it needs little memory
    values = np.empty(count, dtype=np.float32)
    for start in range(0, count, chunk):
        part = (hashes(min(chunk, count - start), seed, start) >> np.uint32(8)).astype(np.float32)
        values[start:start + chunk] = (part * np.float32(1 / 2**24) - np.float32(0.5)) * np.float32(scale)
    made = torch.from_numpy(values).reshape(extents)
    return made.contiguous(memory_format=layout) if len(extents) == 4 else made


def whole(count, seed, limit):
    return torch.from_numpy(((hashes(count, seed) >> np.uint32(8)) % np.uint32(limit)).astype(np.int64))


def sample(*results):
    parts = []
    for result in results:
        values = result.detach().contiguous().reshape(-1)
        step = (len(values) + MOST_COMPARED - 1) // MOST_COMPARED | 1
        parts.append(values[::step].numpy())
    return np.concatenate(parts)


# Each work gives a function to time and one that picks what is compared from what the first returned.

def convolution(product, n, c, f, h, k, s, p):
    rows = (h + 2 * p - k) // s + 1
    x, w, dy = tensor(1, 1, n, c, h, h), tensor(2, 1, f, c, k, k), tensor(3, 1, n, f, rows, rows)

    def backward(mask):
        return torch.ops.aten.convolution_backward(dy, x, w, None, [s, s], [p, p], [1, 1], False, [0, 0], 1, mask)

    if product == "forward":
        return lambda: F.conv2d(x, w, None, s, p), sample
    if product == "input":
        return lambda: backward([True, False, False])[0], sample
    return lambda: backward([False, True, False])[1], sample


def lenet(batch):
    network = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))
    with torch.no_grad():
        for p, parameter in enumerate(network.parameters()):
            scale = 0 if parameter.dim() == 1 else (12 / (parameter.numel() // len(parameter))) ** 0.5
            values = tensor(100 + p, scale, *parameter.shape)
            # RefNet convolves: its kernels are flipped against what PyTorch calls convolution.
            parameter.copy_(values.flip(2, 3) if values.dim() == 4 else values)
    network = network.to(memory_format=layout)
    batches = [(tensor(b, 2, batch, 1, 28, 28), whole(batch, 50 + b, 10)) for b in range(10)]
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    steps = itertools.count()

    def step():
        x, t = batches[next(steps) % len(batches)]
        loss = criterion(network(x), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return step, lambda _: np.array([step().item() for _ in batches])


def vgg16(batch):
    layers, channels = [], 3
    for outputs in [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0]:
        if outputs == 0:
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(channels, outputs, 3, padding=1), nn.ReLU(inplace=True)]
            channels = outputs
    network = nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(512 * 7 * 7, 4096), nn.ReLU(inplace=True),
        nn.Linear(4096, 4096), nn.ReLU(inplace=True), nn.Linear(4096, 1000))
    with torch.no_grad():
        for p, parameter in enumerate(network.parameters()):
            scale = 0 if parameter.dim() == 1 else (24 / (parameter.numel() // len(parameter))) ** 0.5
            parameter.copy_(tensor(100 + p, scale, *parameter.shape))
    network = network.to(memory_format=layout).eval()
    x = tensor(1, 2, batch, 3, 224, 224)

    def forward():
        with torch.no_grad():
            return network(x)

    return forward, sample


def function(f, count):
    x, y = tensor(1, 8, count), torch.empty(count)
    return lambda: f(x, out=y), sample


def layer(f, extents, parameters=()):
    x = tensor(1, 1, *extents).requires_grad_()
    y = f(x)
    dy = tensor(2, 1, *y.shape)

    def run():
        y = f(x)
        return y, *torch.autograd.grad(y, [x, *parameters], dy)

    return run, lambda results: sample(*results[:2])


def batch_normalization(n, c, h, w):
    norm = nn.BatchNorm2d(c)
    return layer(norm, (n, c, h, w), list(norm.parameters()))


def max_pooling(n, c, h, w, k, s, p):
    return layer(lambda x: F.max_pool2d(x, k, s, p), (n, c, h, w))


def average_pooling(n, c, h, w, k, s, p):
    return layer(lambda x: F.avg_pool2d(x, k, s, p), (n, c, h, w))


def softmax_loss(n, classes):
    y, t = tensor(1, 8, n, classes).requires_grad_(), whole(n, 2, classes)
    return lambda: torch.autograd.grad(F.cross_entropy(y, t), [y])[0], sample


def momentum(count):
    parameter = tensor(1, 1, count).requires_grad_()
    parameter.grad = tensor(2, 1, count)
    # RefNet's penalty is lambda times the sum of squares, PyTorch's half of that.
    optimizer = torch.optim.SGD([parameter], lr=1e-6, momentum=0.9, weight_decay=2 * 0.0005)
    return optimizer.step, lambda _: sample(parameter)


WORKS = {
    "conv-forward": lambda *extents: convolution("forward", *extents),
    "conv-input": lambda *extents: convolution("input", *extents),
    "conv-weight": lambda *extents: convolution("weight", *extents),
    "lenet": lenet,
    "vgg16": vgg16,
    "tanh": lambda count: function(torch.tanh, count),
    "exp": lambda count: function(torch.exp, count),
    "sigmoid": lambda count: function(torch.sigmoid, count),
    "batchnorm": batch_normalization,
    "relu": lambda *extents: layer(F.relu, extents),
    "dropout": lambda *extents: layer(lambda x: F.dropout(x, 0.5), extents),
    "maxpool": max_pooling,
    "avgpool": average_pooling,
    "softmax-loss": softmax_loss,
    "momentum": momentum,
}


def seconds(run, calls):
    start = time.perf_counter()
    for _ in range(calls):
        run()
    return max(time.perf_counter() - start, 1e-7) / calls


run, calls = None, 1
for line in sys.stdin:
    words = line.split()
    if words[0] == "prepare":
        run = None
        run, pick = WORKS[words[2]](*map(int, words[3:]))
        pick(run()).astype(np.float32).tofile(words[1])
        calls = int(min(max(SAMPLE_SECONDS / seconds(run, 1), 1), 100_000))
        print("ready", flush=True)
    elif words[0] == "memory":
        with open("/proc/self/status") as status:
            print("bytes", *(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM:")), flush=True)
    else:
        samples, start = [], time.perf_counter()
        while not samples or time.perf_counter() - start < float(words[1]):
            samples.append(seconds(run, calls))
        print("samples", *(f"{s:.6g}" for s in samples), flush=True)
