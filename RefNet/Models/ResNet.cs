using System.Numerics;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Models;

/// <summary>
/// Residual networks for ImageNet, 3x224x224 -> 1000 scores. He et al. 2016, table 1; LECTURES D8, X15, X16, Y22. With groups in their
/// 3x3 convolutions they are ResNeXt (Xie et al. 2017, table 1), with a gate after each branch SE-ResNet (Hu et al. 2018, table 1);
/// LECTURES D10. Paths are torchvision's.
/// </summary>
/// <param name="Depth">The number of layers with weights: 18, 34, 50, 101 or 152.</param>
public sealed record ResNet(int Depth) : Architecture(new Shape(3, 224, 224), 1000)
{
    /// <summary>G, the groups of the 3x3 convolutions of bottlenecks: their cardinality.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>The maps of each group in the first stage; the single group of a ResNet has 64.</summary>
    public int GroupWidth { get; init; } = 64;

    /// <summary>Whether each branch ends with squeeze and excitation.</summary>
    public bool Squeezes { get; init; }

    /// <summary>Whether the first 1x1 convolution of a bottleneck has the stride, as in the paper, or the 3x3, as in torchvision (Y22).</summary>
    public bool StridesFirst { get; init; }

    /// <inheritdoc/>
    public override string Name => $"{(Groups > 1 ? "resnext" : Squeezes ? "se-resnet" : "resnet")}{Depth}{(Groups > 1 ? $"-{Groups}x{GroupWidth}d" : "")}{(StridesFirst ? "-paper" : "")}";

    /// <inheritdoc/>
    public override string Description =>
        $"{(Groups > 1 ? $"ResNeXt of {Depth} layers, {Groups} groups" : $"{(Squeezes ? "Squeeze-and-excitation" : "Residual")} network of {Depth} layers")}{(StridesFirst ? ", strides as in the paper" : "")}";

    /// <inheritdoc/>
    public override string Paper => Groups > 1 ? "Xie et al. 2017, table 1; LECTURES D10" : Squeezes ? "Hu et al. 2018, table 1; LECTURES D10" : "He et al. 2016, table 1; LECTURES D8";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(3, 64, 64);

    // The number of units in each of the four stages.
    private int[] Units => Depth switch
    {
        18 => [2, 2, 2, 2],
        34 or 50 => [3, 4, 6, 3],
        101 => [3, 4, 23, 3],
        152 => [3, 8, 36, 3],
        _ => throw new ArgumentException(Invariant($"The table has depths 18, 34, 50, 101 and 152; found {Depth}.")),
    };

    private int Expansion => Depth < 50 ? 1 : 4;

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        List<Layer<T>> layers =
        [
            ConvolutionUnits.Convolution<T>("conv1", Input[0], Maps(64), kernel: 7, stride: 2), // 64x112x112
            new BatchNormalization<T>(Maps(64)) { Name = "bn1" },
            new ReLU<T> { Name = "relu" },
            new MaxPooling2D<T>(3, stride: 2, padding: 1, rounding: Rounding.Floor) { Name = "maxpool" }, // 64x56x56
        ];
        int channels = Maps(64);
        for (int stage = 0; stage < 4; stage++) // 56x56, 28x28, 14x14, 7x7
        {
            List<Layer<T>> units = [];
            for (int unit = 0; unit < Repeats(Units[stage]); unit++)
            {
                units.Add(Unit<T>(channels, stage, stride: stage > 0 && unit == 0 ? 2 : 1));
                channels = Expansion * Maps(64 << stage);
            }

            layers.Add(Chain.Numbered<T>($"layer{stage + 1}", [.. units]));
        }

        return new Network<T>(Input, seed,
            [.. layers, new GlobalAveragePooling2D<T> { Name = "avgpool" }, new Dense<T>(channels, Classes, Initializer.LeCun) { Name = "fc" }]);
    }

    // y = ReLU(F(x) + P(x)), with P the identity where the shape does not change (equations 1 and 2; option B).
    private Sequential<T> Unit<T>(int inputs, int stage, int stride) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int maps = Maps(64 << stage), outputs = Expansion * maps;
        Layer<T> shortcut = stride == 1 && inputs == outputs ? new Identity<T> { Name = "shortcut" } : Chain.Numbered<T>("downsample",
            ConvolutionUnits.Convolution<T>(null, inputs, outputs, kernel: 1, stride: stride),
            new BatchNormalization<T>(outputs));
        Layer<T>[] branch = Depth < 50 ? Basic<T>(inputs, maps, stride) : Bottleneck<T>(inputs, maps, outputs, stage, stride);
        if (Squeezes)
            branch = [.. branch, new SqueezeExcitation<T>(outputs, reduction: Math.Min(16, outputs)) { Name = "se" }];
        return new Sequential<T>(
            new Sum<T>(new Sequential<T>(branch) { Name = "" }, shortcut) { Name = "" },
            new ReLU<T> { Name = "relu" });
    }

    private static Layer<T>[] Basic<T>(int inputs, int maps, int stride) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        ConvolutionUnits.Convolution<T>("conv1", inputs, maps, kernel: 3, stride: stride),
        new BatchNormalization<T>(maps) { Name = "bn1" },
        new ReLU<T> { Name = "relu1" },
        ConvolutionUnits.Convolution<T>("conv2", maps, maps, kernel: 3),
        new BatchNormalization<T>(maps) { Name = "bn2" },
    ];

    private Layer<T>[] Bottleneck<T>(int inputs, int maps, int outputs, int stage, int stride) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int inner = Maps(Groups * (GroupWidth << stage), Groups);
        return
        [
            ConvolutionUnits.Convolution<T>("conv1", inputs, inner, kernel: 1, stride: StridesFirst ? stride : 1),
            new BatchNormalization<T>(inner) { Name = "bn1" },
            new ReLU<T> { Name = "relu1" },
            ConvolutionUnits.Convolution<T>("conv2", inner, inner, kernel: 3, stride: StridesFirst ? 1 : stride, Groups),
            new BatchNormalization<T>(inner) { Name = "bn2" },
            new ReLU<T> { Name = "relu2" },
            ConvolutionUnits.Convolution<T>("conv3", inner, outputs, kernel: 1),
            new BatchNormalization<T>(outputs) { Name = "bn3" },
        ];
    }
}
