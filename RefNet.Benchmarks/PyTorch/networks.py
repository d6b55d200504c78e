"""Networks of RefNet/Models, with their parameters in the same order; the counterpart of RefNet.Peers/Networks.cs."""
import torch
import torch.nn.functional as F
from torch import nn

from numbers_of_work import numbers


def create(name, extent=224):
    if name == "lenet5-modern":
        return lenet5()
    if name == "resnet20-cifar":
        return cifar_resnet(20)
    if name == "resnet18":
        return resnet([2, 2, 2, 2], basic_block, 1)
    if name == "resnet50":
        return resnet([3, 4, 6, 3], bottleneck, 4)
    if name == "vgg16":
        return vgg16(extent)
    if name == "googlenet-torchvision":
        return googlenet()
    raise ValueError(f"There is no network {name}.")


def filled(name):
    """A network with the weights of Work/FilledNetwork.cs."""
    network = create(name)
    with torch.no_grad():
        for p, parameter in enumerate(network.parameters()):
            if parameter.dim() > 1:
                values = numbers(100 + p, (24 / parameter[0].numel()) ** 0.5, *parameter.shape)
                # RefNet convolves: its kernels are flipped against what PyTorch calls convolution.
                parameter.copy_(values.flip(2, 3) if values.dim() == 4 else values)
        for module in network.modules():
            if getattr(module, "bias", None) is not None:
                module.bias.zero_()
    return network


def lenet5():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))


def convolution(channels, maps, kernel, stride=1, bias=False):
    return nn.Conv2d(channels, maps, kernel, stride, kernel // 2, bias=bias)


def unit(channels, maps, kernel, stride=1, epsilon=1e-5):
    return [convolution(channels, maps, kernel, stride), nn.BatchNorm2d(maps, epsilon), nn.ReLU(inplace=True)]


def vgg16(extent):
    layers, channels = [], 3
    for maps, count in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]:
        for _ in range(count):
            layers += [convolution(channels, maps, 3, bias=True), nn.ReLU(inplace=True)]
            channels = maps
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(512 * (extent // 32) ** 2, 4096), nn.ReLU(inplace=True), nn.Dropout(),
        nn.Linear(4096, 4096), nn.ReLU(inplace=True), nn.Dropout(), nn.Linear(4096, 1000))


class Residual(nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x):
        return F.relu(self.body(x) + self.shortcut(x), inplace=True)


class PaddedShortcut(nn.Module):
    """Every second pixel, and channels of zeros, half of them first."""

    def __init__(self, channels):
        super().__init__()
        self.channels = channels

    def forward(self, x):
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.channels // 2, self.channels // 2))


def basic_block(channels, maps, stride):
    return [*unit(channels, maps, 3, stride), *unit(maps, maps, 3)[:-1]]


def bottleneck(channels, maps, stride):
    return [*unit(channels, maps, 1), *unit(maps, maps, 3, stride), *unit(maps, maps * 4, 1)[:-1]]


def resnet(counts, block, expansion):
    layers, channels = [*unit(3, 64, 7, 2), nn.MaxPool2d(3, 2, 1)], 64
    for stage, count in enumerate(counts):
        maps = 64 << stage
        for i in range(count):
            stride, outputs = 2 if stage > 0 and i == 0 else 1, maps * expansion
            shortcut = nn.Identity() if stride == 1 and channels == outputs else nn.Sequential(*unit(channels, outputs, 1, stride)[:-1])
            layers.append(Residual(nn.Sequential(*block(channels, maps, stride)), shortcut))
            channels = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1000))


def cifar_resnet(depth):
    layers, channels = unit(3, 16, 3), 16
    for maps in [16, 32, 64]:
        for _ in range((depth - 2) // 6):
            stride = maps // channels
            shortcut = nn.Identity() if stride == 1 else PaddedShortcut(channels)
            layers.append(Residual(nn.Sequential(*basic_block(channels, maps, stride)), shortcut))
            channels = maps
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))


class Concatenation(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def googlenet():
    """Without the auxiliary heads, which answer in training alone."""
    def units(*plan):  # channels, then maps and kernel of each
        return [layer for (channels, _), (maps, kernel) in zip(plan, plan[1:]) for layer in unit(channels, maps, kernel, epsilon=0.001)]

    def inception(channels, maps1, reduce2, maps2, reduce3, maps3, pool):
        start = (channels, None)
        return Concatenation(
            nn.Sequential(*units(start, (maps1, 1))),
            nn.Sequential(*units(start, (reduce2, 1), (maps2, 3))),
            nn.Sequential(*units(start, (reduce3, 1), (maps3, 3))),
            nn.Sequential(nn.MaxPool2d(3, 1, 1), *units(start, (pool, 1))))

    return nn.Sequential(
        *unit(3, 64, 7, 2, 0.001), nn.MaxPool2d(3, 2, ceil_mode=True),
        *units((64, None), (64, 1), (192, 3)), nn.MaxPool2d(3, 2, ceil_mode=True),
        inception(192, 64, 96, 128, 16, 32, 32), inception(256, 128, 128, 192, 32, 96, 64), nn.MaxPool2d(3, 2, ceil_mode=True),
        inception(480, 192, 96, 208, 16, 48, 64), inception(512, 160, 112, 224, 24, 64, 64), inception(512, 128, 128, 256, 24, 64, 64),
        inception(512, 112, 144, 288, 32, 64, 64), inception(528, 256, 160, 320, 32, 128, 128), nn.MaxPool2d(2, 2, ceil_mode=True),
        inception(832, 256, 160, 320, 32, 128, 128), inception(832, 384, 192, 384, 48, 128, 128),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(1024, 1000))
