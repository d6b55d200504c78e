using System.Numerics;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// The ResNet-18 that the slides of S0 print as code, 3x224x224 -> 37 scores, 11,200,293 parameters; LECTURES D9. Paths are the code's.
/// </summary>
/// <remarks>
/// It differs from He et al. 2016: pooling before batch normalisation (X15), a ReLU before the addition, so that a unit can
/// only add (X16), and biases that batch normalisation cancels (X17).
/// </remarks>
public sealed record SlideResNet() : Architecture(new Shape(3, 224, 224), 37)
{
    /// <inheritdoc/>
    public override string Name => "slide-resnet";

    /// <inheritdoc/>
    public override string Description => "ResNet-18 as the slides' code has it: ReLU before the addition";

    /// <inheritdoc/>
    public override string Paper => "lecture S0; LECTURES D9, X15, X16, X17";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(3, 64, 64);

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed) => new(Input, seed,
        Chain.Numbered<T>("layer0",
            Convolution<T>(null, Input[0], Maps(64), kernel: 7, stride: 2),            // 64x112x112
            new MaxPooling2D<T>(3, stride: 2, padding: 1, rounding: Rounding.Floor),   // 64x56x56
            new BatchNormalization<T>(Maps(64)),
            new ReLU<T>()),
        Chain.Numbered<T>("layer1", Unit<T>(Maps(64), Maps(64), downsample: false), Unit<T>(Maps(64), Maps(64), downsample: false)),
        Chain.Numbered<T>("layer2", Unit<T>(Maps(64), Maps(128), downsample: true), Unit<T>(Maps(128), Maps(128), downsample: false)),
        Chain.Numbered<T>("layer3", Unit<T>(Maps(128), Maps(256), downsample: true), Unit<T>(Maps(256), Maps(256), downsample: false)),
        Chain.Numbered<T>("layer4", Unit<T>(Maps(256), Maps(512), downsample: true), Unit<T>(Maps(512), Maps(512), downsample: false)),
        new GlobalAveragePooling2D<T> { Name = "gap" },
        new Dense<T>(Maps(512), Classes, Initializer.LeCun) { Name = "fc" });

    // y = ReLU(F(x) + P(x)) with a ReLU at the end of F
    private static Sequential<T> Unit<T>(int inputs, int maps, bool downsample) where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
        new Sum<T>(
            new Sequential<T>(
                Convolution<T>("conv1", inputs, maps, kernel: 3, stride: downsample ? 2 : 1),
                new BatchNormalization<T>(maps) { Name = "bn1" },
                new ReLU<T> { Name = "relu1" },
                Convolution<T>("conv2", maps, maps, kernel: 3, stride: 1),
                new BatchNormalization<T>(maps) { Name = "bn2" },
                new ReLU<T> { Name = "relu2" })
            { Name = "" },
            downsample
                ? Chain.Numbered<T>("shortcut", Convolution<T>(null, inputs, maps, kernel: 1, stride: 2), new BatchNormalization<T>(maps))
                : new Identity<T> { Name = "shortcut" })
        { Name = "" },
        new ReLU<T> { Name = "relu" });

    private static Convolution2D<T> Convolution<T>(string? name, int inputs, int outputs, int kernel, int stride) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(inputs, outputs, kernel, stride, padding: kernel / 2, initializer: Initializer.He, rounding: Rounding.Floor) { Name = name! };
}
