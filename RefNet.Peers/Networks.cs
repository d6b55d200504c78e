using RefNet.Benchmarks.Work;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace RefNet.Peers;

/// <summary>Networks of RefNet/Models, with their parameters in the same order; the counterpart of networks.py.</summary>
internal static class Networks
{
    /// <summary>A network with the weights of RefNet.Benchmarks/Work/FilledNetwork.cs.</summary>
    public static Module<Tensor, Tensor> Create(string name, Layout layout)
    {
        Module<Tensor, Tensor> network = name switch
        {
            "lenet5-modern" => LeNet5(),
            "resnet20-cifar" => CifarResNet(20),
            "resnet18" => ResNet([2, 2, 2, 2], BasicBlock, expansion: 1),
            "resnet50" => ResNet([3, 4, 6, 3], Bottleneck, expansion: 4),
            "vgg16" => Vgg16(),
            "googlenet-torchvision" => GoogLeNet(),
            _ => throw new ArgumentException($"There is no network {name}."),
        };
        using IDisposable noGradient = no_grad();
        int place = 0;
        foreach ((string path, Parameter parameter) in network.named_parameters())
        {
            using DisposeScope scope = NewDisposeScope();
            if (parameter.dim() > 1)
                parameter.set_(layout.Arrange(Weights(parameter, place)));
            else if (path.EndsWith("bias", StringComparison.Ordinal))
                parameter.zero_(); // γ of batch normalisation stays 1
            place++;
        }

        return network;
    }

    // RefNet convolves: its kernels are flipped against what LibTorch calls convolution.
    private static Tensor Weights(Parameter parameter, int place)
    {
        float[] numbers = new float[parameter.numel()];
        Numbers.FillWeights(numbers, place, (int)parameter.shape[0]);
        Tensor weights = tensor(numbers, parameter.shape);
        return parameter.dim() == 4 ? weights.flip(2, 3) : weights;
    }

    private static Sequential LeNet5() => Sequential(
        Conv2d(1, 6, 5, padding: 2), Tanh(), AvgPool2d(2), Conv2d(6, 16, 5), Tanh(), AvgPool2d(2), Flatten(),
        Linear(400, 120), Tanh(), Linear(120, 84), Tanh(), Linear(84, 10));

    private static Sequential Vgg16()
    {
        List<Module<Tensor, Tensor>> layers = [];
        int channels = 3;
        foreach ((int maps, int count) in new[] { (64, 2), (128, 2), (256, 3), (512, 3), (512, 3) })
        {
            for (int i = 0; i < count; i++, channels = maps)
                layers.AddRange([Conv2d(channels, maps, 3, padding: 1), ReLU(inplace: true)]);
            layers.Add(MaxPool2d(2));
        }

        return Sequential([
            .. layers, Flatten(), Linear(512 * 7 * 7, 4096), ReLU(inplace: true), Dropout(),
            Linear(4096, 4096), ReLU(inplace: true), Dropout(), Linear(4096, 1000)]);
    }

    private static Sequential ResNet(int[] counts, Func<int, int, int, Module<Tensor, Tensor>[]> block, int expansion)
    {
        List<Module<Tensor, Tensor>> layers = [.. Unit(3, 64, 7, 2), MaxPool2d(3, 2, 1)];
        int channels = 64;
        for (int stage = 0; stage < counts.Length; stage++)
        {
            int maps = 64 << stage, outputs = maps * expansion;
            for (int i = 0; i < counts[stage]; i++, channels = outputs)
            {
                int stride = stage > 0 && i == 0 ? 2 : 1;
                Module<Tensor, Tensor> shortcut = stride == 1 && channels == outputs ? Identity() : Sequential(Unit(channels, outputs, 1, stride)[..^1]);
                layers.Add(new Residual(Sequential(block(channels, maps, stride)), shortcut));
            }
        }

        return Sequential([.. layers, AdaptiveAvgPool2d(1), Flatten(), Linear(channels, 1000)]);
    }

    private static Sequential CifarResNet(int depth)
    {
        List<Module<Tensor, Tensor>> layers = [.. Unit(3, 16, 3)];
        int channels = 16;
        foreach (int maps in new[] { 16, 32, 64 })
        {
            for (int i = 0; i < (depth - 2) / 6; i++, channels = maps)
            {
                int stride = maps / channels;
                layers.Add(new Residual(Sequential(BasicBlock(channels, maps, stride)), stride == 1 ? Identity() : new PaddedShortcut(channels)));
            }
        }

        return Sequential([.. layers, AdaptiveAvgPool2d(1), Flatten(), Linear(channels, 10)]);
    }

    // Without the auxiliary heads, which answer in training alone.
    private static Sequential GoogLeNet() => Sequential([
        .. Unit(3, 64, 7, 2, 0.001), Pooling(3), .. Units(64, (64, 1), (192, 3)), Pooling(3),
        Inception(192, 64, 96, 128, 16, 32, 32), Inception(256, 128, 128, 192, 32, 96, 64), Pooling(3),
        Inception(480, 192, 96, 208, 16, 48, 64), Inception(512, 160, 112, 224, 24, 64, 64), Inception(512, 128, 128, 256, 24, 64, 64),
        Inception(512, 112, 144, 288, 32, 64, 64), Inception(528, 256, 160, 320, 32, 128, 128), Pooling(2),
        Inception(832, 256, 160, 320, 32, 128, 128), Inception(832, 384, 192, 384, 48, 128, 128),
        AdaptiveAvgPool2d(1), Flatten(), Dropout(0.2), Linear(1024, 1000)]);

    private static Concatenation Inception(int channels, int maps1, int reduce2, int maps2, int reduce3, int maps3, int pool) => new(
        Sequential(Units(channels, (maps1, 1))),
        Sequential(Units(channels, (reduce2, 1), (maps2, 3))),
        Sequential(Units(channels, (reduce3, 1), (maps3, 3))),
        Sequential([MaxPool2d(3, 1, 1), .. Units(channels, (pool, 1))]));

    private static MaxPool2d Pooling(int size) => MaxPool2d(size, 2, ceil_mode: true);

    private static Module<Tensor, Tensor>[] Units(int channels, params (int Maps, int Kernel)[] plan) =>
        [.. plan.SelectMany((unit, i) => Unit(i == 0 ? channels : plan[i - 1].Maps, unit.Maps, unit.Kernel, epsilon: 0.001))];

    private static Module<Tensor, Tensor>[] BasicBlock(int channels, int maps, int stride) =>
        [.. Unit(channels, maps, 3, stride), .. Unit(maps, maps, 3)[..^1]];

    private static Module<Tensor, Tensor>[] Bottleneck(int channels, int maps, int stride) =>
        [.. Unit(channels, maps, 1), .. Unit(maps, maps, 3, stride), .. Unit(maps, maps * 4, 1)[..^1]];

    private static Module<Tensor, Tensor>[] Unit(int channels, int maps, int kernel, int stride = 1, double epsilon = 1e-5) =>
        [Conv2d(channels, maps, kernel, stride, kernel / 2, bias: false), BatchNorm2d(maps, epsilon), ReLU(inplace: true)];

    private sealed class Residual : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> body, shortcut;

        public Residual(Module<Tensor, Tensor> body, Module<Tensor, Tensor> shortcut) : base(nameof(Residual))
        {
            (this.body, this.shortcut) = (body, shortcut);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => functional.relu(body.call(x) + shortcut.call(x), inplace: true);
    }

    // Every second pixel, and channels of zeros, half of them first.
    private sealed class PaddedShortcut(int channels) : Module<Tensor, Tensor>(nameof(PaddedShortcut))
    {
        public override Tensor forward(Tensor x) =>
            functional.pad(x[.., .., TensorIndex.Slice(step: 2), TensorIndex.Slice(step: 2)], [0, 0, 0, 0, channels / 2, channels / 2]);
    }

    private sealed class Concatenation : Module<Tensor, Tensor>
    {
        private readonly ModuleList<Module<Tensor, Tensor>> branches;

        public Concatenation(params Module<Tensor, Tensor>[] branches) : base(nameof(Concatenation))
        {
            this.branches = ModuleList(branches);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => cat([.. branches.Select(branch => branch.call(x))], 1);
    }
}
