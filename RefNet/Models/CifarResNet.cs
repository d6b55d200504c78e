using System.Numerics;
using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Models;

/// <summary>
/// Residual networks for CIFAR-10 and their plain twins, 3x32x32 -> 10 scores: three stages of n units with 16, 32 and 64 maps, 6n + 2
/// layers with weights; shortcuts without weights (option A). He et al. 2016, section 4.2; LECTURES D8.
/// </summary>
/// <param name="Depth">6n + 2: 20, 32, 44, 56, 110.</param>
/// <param name="IsResidual">Whether units have shortcuts; without them the network is the plain twin.</param>
public sealed record CifarResNet(int Depth, bool IsResidual = true) : Architecture(new Shape(3, 32, 32), 10)
{
    /// <inheritdoc/>
    public override string Name => $"{(IsResidual ? "resnet" : "plain")}{Depth}-cifar";

    /// <inheritdoc/>
    public override string Description => $"{(IsResidual ? "Residual network" : "Plain network, the twin without shortcuts,")} of {Depth} layers for CIFAR-10";

    /// <inheritdoc/>
    public override string Paper => "He et al. 2016, section 4.2; LECTURES D8";

    /// <summary>
    /// The paper's: 64,000 steps of 128 images, the rate a tenth after 32,000 and after 48,000, its weight
    /// decay of 1e-4 as λ. Pixels as in published weights.
    /// </summary>
    public override Recipe Recipe => new()
    {
        Pixels = Recipe.ImageNet,
        Epochs = 182, // of 45,000 images
        BatchSize = 128,
        LearningRate = 0.1,
        Schedule = "multistep:91,137:0.1",
        WeightDecay = 0.00005,
    };

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(3, 8, 8);

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        if (Depth < 8 || Depth % 6 != 2)
            throw new ArgumentException(Invariant($"The depth is 6 n + 2: 20, 32, 44, 56, 110; found {Depth}."));
        int n = Repeats((Depth - 2) / 6);
        return new Network<T>(Input, seed,
            ConvolutionUnits.Convolution<T>("conv1", Input[0], Maps(16), kernel: 3),
            new BatchNormalization<T>(Maps(16)) { Name = "bn1" },
            new ReLU<T> { Name = "relu" },
            Stage<T>("layer1", n, Maps(16), Maps(16), stride: 1), // 16x32x32
            Stage<T>("layer2", n, Maps(16), Maps(32), stride: 2), // 32x16x16
            Stage<T>("layer3", n, Maps(32), Maps(64), stride: 2), // 64x8x8
            new GlobalAveragePooling2D<T>(),
            new Dense<T>(Maps(64), Classes, Initializer.LeCun) { Name = "linear" });
    }

    private Sequential<T> Stage<T>(string name, int units, int inputs, int maps, int stride) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Chain.Numbered<T>(name, [.. Enumerable.Range(0, units).Select(unit => unit == 0 ? Unit<T>(inputs, maps, stride) : Unit<T>(maps, maps, stride: 1))]);

    // y = ReLU(F(x) + x), and ReLU(F(x)) in the plain twin.
    private Sequential<T> Unit<T>(int inputs, int maps, int stride) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Sequential<T> branch = new(
            ConvolutionUnits.Convolution<T>("conv1", inputs, maps, kernel: 3, stride: stride),
            new BatchNormalization<T>(maps) { Name = "bn1" },
            new ReLU<T> { Name = "relu1" },
            ConvolutionUnits.Convolution<T>("conv2", maps, maps, kernel: 3),
            new BatchNormalization<T>(maps) { Name = "bn2" })
        { Name = "" };
        Layer<T> shortcut = stride == 1 && inputs == maps ? new Identity<T> { Name = "shortcut" } : new PaddedShortcut<T>(inputs, maps, stride, before: (maps - inputs) / 2) { Name = "shortcut" };
        return new Sequential<T>(IsResidual ? new Sum<T>(branch, shortcut) { Name = "" } : branch, new ReLU<T> { Name = "relu" });
    }
}
