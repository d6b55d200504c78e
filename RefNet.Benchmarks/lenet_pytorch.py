"""PyTorch's side of the LeNet benchmark: the same network, weights, batches and step as LeNetRefNet.cs.

usage: lenet_pytorch.py FOLDER BATCH THREADS channels_last|contiguous SECONDS STEPS_PER_SAMPLE
"""
import sys
import time

import numpy as np
import torch
from torch import nn

folder, batch, threads, layout, seconds, steps = (
    sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], float(sys.argv[5]), int(sys.argv[6]))
torch.set_num_threads(threads)
network = nn.Sequential(
    nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
    nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(),
    nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))

parameters = torch.from_numpy(np.fromfile(f"{folder}/parameters.bin", dtype=np.float32))
with torch.no_grad():
    for parameter in network.parameters():
        values, parameters = parameters[:parameter.numel()], parameters[parameter.numel():]
        values = values.reshape(parameter.shape)
        # RefNet convolves: its kernels are flipped against what PyTorch calls convolution.
        parameter.copy_(values.flip(2, 3) if values.dim() == 4 else values)

images = torch.from_numpy(np.fromfile(f"{folder}/images.bin", dtype=np.float32).reshape(-1, batch, 1, 28, 28))
labels = torch.from_numpy(np.fromfile(f"{folder}/labels.bin", dtype=np.int32).reshape(-1, batch)).long()
batches = list(zip(images, labels))
if layout == "channels_last":
    network = network.to(memory_format=torch.channels_last)
    batches = [(x.contiguous(memory_format=torch.channels_last), t) for x, t in batches]

criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)


def step(i):
    x, t = batches[i % len(batches)]
    loss = criterion(network(x), t)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


print("losses", *(f"{step(i).item():.9g}" for i in range(len(batches))))
speeds = []
begin = time.perf_counter()
while time.perf_counter() - begin < seconds:
    start = time.perf_counter()
    for i in range(steps):
        step(i)
    speeds.append(steps * batch / (time.perf_counter() - start))
print("speeds", *(f"{speed:.0f}" for speed in speeds))
