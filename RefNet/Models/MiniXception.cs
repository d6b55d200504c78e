using System.Numerics;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// Mini-Xception for emotions: separable convolutions with residual connections, 1x64x64 -> 7 scores (angry, disgust, fear, happy, sad,
/// surprise, neutral), 56,951 parameters. Arriaga, Plöger and Valdenegro 2017, figure 3; LECTURES D13.
/// </summary>
/// <remarks>Padding is Keras's 'same': where a stride needs an odd number of zeros, the extra one comes last.</remarks>
public sealed record MiniXception() : Architecture(new Shape(1, 64, 64), 7)
{
    /// <inheritdoc/>
    public override string Name => "mini-xception";

    /// <inheritdoc/>
    public override string Description => "Mini-Xception for emotions: separable convolutions, residual connections";

    /// <inheritdoc/>
    public override string Paper => "Arriaga, Plöger and Valdenegro 2017, figure 3; LECTURES D13";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(1, 20, 20);

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        List<Layer<T>> layers =
        [
            new Convolution2D<T>(Input[0], Maps(8), kernel: 3, initializer: Initializer.Xavier, useBias: false) { Name = "conv1" }, // 8x62x62
            Normalization<T>("bn1", Maps(8)),
            new ReLU<T> { Name = "relu1" },
            new Convolution2D<T>(Maps(8), Maps(8), kernel: 3, initializer: Initializer.Xavier, useBias: false) { Name = "conv2" },  // 8x60x60
            Normalization<T>("bn2", Maps(8)),
            new ReLU<T> { Name = "relu2" },
        ];
        int channels = Maps(8), extent = Input[1] - 4;
        for (int module = 1; module <= 4; module++) // 16x30x30, 32x15x15, 64x8x8, 128x4x4
        {
            layers.Add(new XceptionBlock<T>(channels, Maps(8 << module), PoolingGeometry.Same(3, extent, stride: 2), startsWithReLU: false) { Name = $"module{module}" });
            (channels, extent) = (Maps(8 << module), (extent + 1) / 2);
        }

        return new Network<T>(Input, seed,
            [.. layers, new Convolution2D<T>(channels, Classes, kernel: 3, padding: 1, initializer: Initializer.Xavier) { Name = "conv3" }, new GlobalAveragePooling2D<T>()]);
    }

    // Keras's constants.
    private static BatchNormalization<T> Normalization<T>(string name, int channels) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(channels, epsilon: 1e-3, momentum: 0.01, unbiased: false) { Name = name };
}
