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

from networks import filled
from numbers_of_work import numbers, whole

SAMPLE_SECONDS = 0.001
MOST_COMPARED = 1 << 16
# As StepWork.cs.
BATCHES, RATE = 4, 0.01

layout = torch.channels_last if sys.argv[1] == "channels_last" else torch.contiguous_format
torch.set_num_threads(int(sys.argv[2]))


def tensor(seed, scale, *extents):
    """Numbers in the layout that is compared."""
    made = numbers(seed, scale, *extents)
    return made.contiguous(memory_format=layout) if len(extents) == 4 else made


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


def step(name, batch, channels, rows, columns, classes):
    network = filled(name).to(memory_format=layout).train()
    batches = [(tensor(b, 2, batch, channels, rows, columns), whole(batch, 50 + b, classes)) for b in range(BATCHES)]
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE, momentum=0.9)
    steps = itertools.count()

    def run():
        x, t = batches[next(steps) % BATCHES]
        loss = F.cross_entropy(network(x), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return run, lambda _: np.array([run().item() for _ in batches])


def evaluate(name, *extents):
    network = filled(name).to(memory_format=layout).eval()
    x = tensor(1, 2, *extents)

    def run():
        with torch.inference_mode():
            return network(x)

    return run, sample


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
    optimizer = torch.optim.SGD([parameter], lr=0.01, momentum=0.9, weight_decay=2 * 0.0005)
    return optimizer.step, lambda _: sample(parameter)


WORKS = {
    "conv-forward": lambda *extents: convolution("forward", *extents),
    "conv-input": lambda *extents: convolution("input", *extents),
    "conv-weight": lambda *extents: convolution("weight", *extents),
    "step": step,
    "evaluate": evaluate,
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
        run, pick = WORKS[words[2]](*(int(word) if word.isdigit() else word for word in words[3:]))
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
