#!/usr/bin/python3
"""Compares whole networks with torchvision: random weights and running statistics, one random image, evaluation mode, float; and the
gradients of one training step on eight images, for some. Those are computed in double: in float, roundings move activations over
the kinks of ReLUs, and gradients of the same program in float and in double differ by some 0.3 %.

    dotnet build RefNet.Console -c Release
    python3 RefNet.Tests/Golden/compare_torchvision.py [MODEL ...]

Each network is saved as npz under torchvision's names, read and run by `refnet run`, and the outputs are compared by their relative
norm. Prints the tables of docs/torchvision.md; ends with code 1 where a difference is above 1e-4.
"""
import os
import subprocess
import sys
import tempfile

import numpy as np
import torch
import torchvision
import torchvision.models as models
from torchvision.models.resnet import Bottleneck, ResNet

PAIRS = [("alexnet-torchvision", "alexnet"), ("vgg11", "vgg11"), ("vgg16", "vgg16"), ("googlenet-torchvision", "googlenet"), ("resnet18", "resnet18"),
         ("resnet50", "resnet50"), ("resnext50-32x4d", "resnext50_32x4d"), ("densenet121", "densenet121"), ("squeezenet", "squeezenet1_0")]
STEPS = ["resnet18", "googlenet"]
SQUEEZED = ("se-resnet50", "resnet50, and SE in each unit")  # torchvision has no SE-ResNet; it is put together here
CONSOLE = os.path.join(os.path.dirname(__file__), "..", "..", "RefNet.Console", "bin", "Release", "net10.0", "RefNet.Console.dll")


class SqueezedBottleneck(Bottleneck):
    """torchvision's bottleneck with squeeze and excitation after its last normalisation, before the addition (Hu et al. 2018, figure 3, r = 16)."""
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        channels = self.bn3.num_features
        self.se = torch.nn.ModuleDict({"fc1": torch.nn.Linear(channels, channels // 16), "fc2": torch.nn.Linear(channels // 16, channels)})

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        gate = torch.sigmoid(self.se["fc2"](torch.relu(self.se["fc1"](y.mean((2, 3))))))
        return self.relu(y * gate[:, :, None, None] + (x if self.downsample is None else self.downsample(x)))


def make(name):
    if name == SQUEEZED[1]:
        return as_after_training(ResNet(SqueezedBottleneck, [3, 4, 6, 3]))
    options = {"init_weights": True, "aux_logits": True, "transform_input": False} if name == "googlenet" else {}
    return as_after_training(getattr(models, name)(weights=None, **options))


def as_after_training(network):
    for module in network.modules():  # statistics and scales as after training, not 0 and 1
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.normal_(0, 0.1)
    return network.eval()


def compare(ours, theirs, folder):
    torch.manual_seed(1)
    network, x = make(theirs), torch.randn(1, 3, 224, 224)
    with torch.no_grad():
        expected = network(x).numpy()
    weights, image, output = (os.path.join(folder, name) for name in ("weights.npz", "x.npy", "y.npy"))
    np.savez(weights, **{name: value.numpy() for name, value in network.state_dict().items()})
    np.save(image, x.numpy())
    subprocess.run(["dotnet", CONSOLE, "run", ours, "--weights", weights, "--input", image, "--output", output], check=True, stdout=subprocess.DEVNULL)
    found = np.load(output)
    return sum(value.numel() for value in network.parameters()), float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


def gradient(ours, theirs, folder):
    """A training step with batch statistics and without dropout: the difference of all gradients together, and the largest of a parameter."""
    torch.manual_seed(2)
    network, x, labels = make(theirs).double().train(), torch.randn(8, 3, 224, 224).double(), torch.randint(1000, (8,))
    for module in network.modules():
        if isinstance(module, torch.nn.Dropout):
            module.eval()
    weights, given, found = (os.path.join(folder, name) for name in ("weights.npz", "in.npz", "gradients.npz"))
    np.savez(weights, **{name: value.numpy() for name, value in network.state_dict().items()})
    np.savez(given, x=x.numpy(), labels=labels.numpy())
    subprocess.run(["dotnet", CONSOLE, "run", ours, "--weights", weights, "--input", f"{given}:x", "--labels", f"{given}:labels", "--gradients", found, "--double"],
                   check=True, stdout=subprocess.DEVNULL)
    y = network(x)
    loss = torch.nn.functional.cross_entropy
    (loss(y, labels) if torch.is_tensor(y) else loss(y.logits, labels) + 0.3 * (loss(y.aux_logits1, labels) + loss(y.aux_logits2, labels))).backward()
    arrays, difference, total, worst = np.load(found), 0.0, 0.0, 0.0
    for name, parameter in network.named_parameters():
        expected = parameter.grad.numpy()
        path = name if name in arrays else name.replace(".weight", ".gamma").replace(".bias", ".beta")
        error, norm = np.linalg.norm(arrays[path] - expected), np.linalg.norm(expected)
        difference, total, worst = difference + error ** 2, total + norm ** 2, max(worst, error / norm)
    return len(arrays.files), float(np.sqrt(difference / total)), float(worst)


wanted = sys.argv[1:] or [ours for ours, _ in PAIRS + [SQUEEZED]]
print(f"| RefNet | torchvision {torchvision.__version__} | parameters | relative difference of the outputs |\n|---|---|---:|---:|")
worst = 0.0
with tempfile.TemporaryDirectory() as folder:
    for ours, theirs in PAIRS + [SQUEEZED]:
        if ours in wanted:
            parameters, difference = compare(ours, theirs, folder)
            worst = max(worst, difference)
            print(f"| {ours} | {theirs} | {parameters:,} | {difference:.1e} |", flush=True)
    print("\n| RefNet | torchvision | gradients | relative difference of all | largest of a parameter |\n|---|---|---:|---:|---:|")
    for ours, theirs in PAIRS:
        if ours in wanted and theirs in STEPS:
            count, difference, largest = gradient(ours, theirs, folder)
            worst = max(worst, difference)
            print(f"| {ours} | {theirs} | {count} | {difference:.1e} | {largest:.1e} |", flush=True)
sys.exit(worst > 1e-4)
