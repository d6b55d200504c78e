using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// MobileNet (version 1): depthwise 3x3 convolutions, each followed by a 1x1; 3x224x224 -> 1000 scores, 4,231,976 parameters. Howard et
/// al. 2017, table 1; LECTURES D15, L17.
/// </summary>
public sealed record MobileNet() : Architecture(new Shape(3, 224, 224), 1000)
{
    /// <inheritdoc/>
    public override string Name => "mobilenet";

    /// <inheritdoc/>
    public override string Description => "MobileNet: depthwise and 1x1 convolutions";

    /// <inheritdoc/>
    public override string Paper => "Howard et al. 2017, table 1; LECTURES D15";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(3, 64, 64);

    // Maps and stride of each pair.
    private static readonly (int Maps, int Stride)[] pairs =
    [
        (64, 1),                                                // 64x112x112
        (128, 2), (128, 1),                                     // 128x56x56
        (256, 2), (256, 1),                                     // 256x28x28
        (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), // 512x14x14
        (1024, 2), (1024, 1),                                   // 1024x7x7
    ];

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        List<Layer<T>> layers = [ConvolutionUnits.ConvBnReLU<T>("conv1", Input[0], Maps(32), kernel: 3, stride: 2)]; // 32x112x112
        int channels = Maps(32);
        for (int i = 0; i < pairs.Length; i++)
        {
            int maps = Maps(pairs[i].Maps);
            layers.Add(ConvolutionUnits.ConvBnReLU<T>($"dw{i + 1}", channels, channels, kernel: 3, pairs[i].Stride, groups: channels));
            layers.Add(ConvolutionUnits.ConvBnReLU<T>($"pw{i + 1}", channels, maps, kernel: 1));
            channels = maps;
        }

        return new Network<T>(Input, seed,
            [.. layers, new GlobalAveragePooling2D<T>(), new Dense<T>(channels, Classes, Initializer.LeCun) { Name = "fc" }]);
    }
}
