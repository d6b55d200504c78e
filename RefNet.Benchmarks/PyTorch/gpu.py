"""PyTorch's times on the card for the rows of GpuShapes.cs: seconds, the best of many, as JSON in the named file.

python gpu.py FILE [--small]     Each with and without TF32, which cuDNN and cuBLAS are told; cuDNN looks for its fastest
                                 algorithm first. The file is written anew after each row, so that a timeout loses little.
"""
import json
import os
import sys
import time

import torch
import torch.nn as nn

from networks import create

torch.backends.cudnn.benchmark = True
card = torch.device("cuda")

LENET_BATCHES = [64, 1024]
PRODUCTS = [(512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048), (4096, 4096, 4096), (8192, 8192, 8192),
            (64, 4096, 25088), (64, 200704, 576)]
CONVOLUTIONS = [(32, 3, 64, 224, 3, 1, 1), (32, 64, 64, 224, 3, 1, 1), (32, 128, 128, 112, 3, 1, 1), (32, 256, 256, 56, 3, 1, 1),
                (32, 512, 512, 28, 3, 1, 1), (32, 512, 512, 14, 3, 1, 1), (32, 3, 64, 224, 7, 2, 3), (32, 64, 64, 56, 3, 1, 1),
                (32, 512, 512, 7, 3, 1, 1), (32, 256, 64, 56, 1, 1, 0), (32, 64, 256, 56, 1, 1, 0), (32, 1024, 256, 14, 1, 1, 0),
                (32, 2048, 512, 7, 1, 1, 0), (64, 1, 6, 28, 5, 1, 2), (64, 6, 16, 14, 5, 1, 0)]
NETWORKS = [("resnet18", 32, 224), ("vgg16", 32, 224), ("resnet50", 16, 224)]
if "--small" in sys.argv:
    LENET_BATCHES = [4]
    PRODUCTS = [(64, 48, 32)]
    CONVOLUTIONS = [(3, 16, 24, 9, 3, 2, 1)]
    NETWORKS = [("vgg16", 1, 32), ("resnet18", 2, 64), ("resnet50", 2, 64)]


def best(work, most_seconds=0.3, most_times=1000):
    def once():
        torch.cuda.synchronize()
        start = time.perf_counter()
        work()
        torch.cuda.synchronize()
        return time.perf_counter() - start

    once()
    once()
    start = time.perf_counter()
    times = [once(), once()]
    while len(times) < most_times and time.perf_counter() - start < most_seconds:
        times.append(once())
    return min(times)


def allow_tf32(allowed):
    torch.backends.cuda.matmul.allow_tf32 = allowed
    torch.backends.cudnn.allow_tf32 = allowed
    return "tf32 " if allowed else ""


seconds = {}


def note(row, work):
    seconds[row] = best(work)
    with open(sys.argv[1] + ".new", "w") as file:
        json.dump(seconds, file, indent=2)
    os.replace(sys.argv[1] + ".new", sys.argv[1])


def training(network, learning_rate):
    """A training step on images and targets on the card; returns the loss, which is there too."""
    optimizer = torch.optim.SGD(network.parameters(), lr=learning_rate, momentum=0.9)

    def step(images, targets):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(images), targets)
        loss.backward()
        optimizer.step()
        return loss

    return step


def graph_of(step, images, targets):
    """The launches of a step, recorded once and replayed as one, as in PyTorch's documentation."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step(images, targets)
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        loss = step(images, targets)
    return graph, loss


print(f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}, {torch.cuda.get_device_name()}", flush=True)

# As in StepTable.cs: images and targets are copied to the card, the loss back. One graph leaves out the launches.
for batch in LENET_BATCHES:
    for allowed in [False, True]:
        tf32 = allow_tf32(allowed)
        torch.manual_seed(1)
        step = training(create("lenet5-modern", 28).to(card), 0.01)
        host_images, host_targets = (torch.rand(batch, 1, 28, 28) * 2 - 1).pin_memory(), torch.randint(10, (batch,)).pin_memory()
        images, targets = host_images.to(card), host_targets.to(card)
        note(f"{tf32}step lenet5 {batch} 28", lambda: step(host_images.to(card, non_blocking=True), host_targets.to(card, non_blocking=True)).item())
        graph, loss = graph_of(step, images, targets)

        def repeat():
            images.copy_(host_images, non_blocking=True)
            targets.copy_(host_targets, non_blocking=True)
            graph.replay()
            return loss.item()

        note(f"{tf32}graph lenet5 {batch} 28", repeat)

for name, batch, extent in NETWORKS:
    for allowed in [False, True]:
        tf32 = allow_tf32(allowed)
        torch.manual_seed(1)
        step = training(create(name, extent).to(card), 1e-4)
        images, targets = torch.rand(batch, 3, extent, extent, device=card) * 2 - 1, torch.randint(1000, (batch,), device=card)
        note(f"{tf32}step {name} {batch} {extent}", lambda: step(images, targets))

for extents in CONVOLUTIONS:
    n, c, f, h, k, s, p = extents
    key = " ".join(map(str, extents))
    for allowed in [False, True]:
        tf32 = allow_tf32(allowed)
        x, w = torch.rand(n, c, h, h, device=card) - 0.5, torch.rand(f, c, k, k, device=card) - 0.5
        dy = torch.rand_like(torch.nn.functional.conv2d(x, w, None, s, p)) - 0.5
        backward = lambda which: torch.ops.aten.convolution_backward(dy, x, w, None, [s, s], [p, p], [1, 1], False, [0, 0], 1, which)
        note(f"{tf32}forward {key}", lambda: torch.nn.functional.conv2d(x, w, None, s, p))
        note(f"{tf32}input {key}", lambda: backward([True, False, False]))
        note(f"{tf32}weight {key}", lambda: backward([False, True, False]))

allow_tf32(False)
for m, n, k in PRODUCTS:
    a, b = torch.rand(m, k, device=card) - 0.5, torch.rand(k, n, device=card) - 0.5
    c = torch.empty(m, n, device=card)
    note(f"product {m} {n} {k}", lambda: torch.matmul(a, b, out=c))
    host_a, host_b = a.cpu(), b.cpu()
    note(f"product copied {m} {n} {k}", lambda: torch.matmul(host_a.to(card), host_b.to(card)).cpu())
