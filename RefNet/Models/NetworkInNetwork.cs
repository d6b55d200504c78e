using System.Numerics;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// Network in network: each convolution is followed by two of 1x1, a small perceptron at each pixel (mlpconv), and
/// the last layer is the mean of one map per class; 3x32x32 -> 10 scores. Lin, Chen and Yan 2014, section 4; the
/// widths are those of its authors' model for CIFAR-10; LECTURES D5, Y18.
/// </summary>
public sealed record NetworkInNetwork() : Architecture(new Shape(3, 32, 32), 10)
{
    /// <inheritdoc/>
    public override string Name => "nin";

    /// <inheritdoc/>
    public override string Description => "Network in network: 1x1 convolutions, global average pooling, no dense layer";

    /// <inheritdoc/>
    public override string Paper => "Lin, Chen and Yan 2014; LECTURES D5";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(3, 16, 16);

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed) => new(Input, seed,
        MlpConv<T>(1, Input[0], kernel: 5, Maps(192), Maps(160), Maps(96)),      // 96x32x32
        new MaxPooling2D<T>(3, stride: 2, rounding: Rounding.Ceiling),           // 96x16x16
        new Dropout<T>(0.5),
        MlpConv<T>(2, Maps(96), kernel: 5, Maps(192), Maps(192), Maps(192)),     // 192x16x16
        new AveragePooling2D<T>(3, stride: 2, rounding: Rounding.Ceiling),       // 192x8x8
        new Dropout<T>(0.5),
        MlpConv<T>(3, Maps(192), kernel: 3, Maps(192), Maps(192), Classes),      // 10x8x8
        new GlobalAveragePooling2D<T>());                                        // 10

    private static Sequential<T> MlpConv<T>(int number, int inputs, int kernel, int maps, int hidden, int outputs) where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
        new Convolution2D<T>(inputs, maps, kernel, padding: kernel / 2, initializer: Initializer.He) { Name = "conv" },
        new ReLU<T>(),
        new Convolution2D<T>(maps, hidden, kernel: 1, initializer: Initializer.He) { Name = "mlp1" },
        new ReLU<T>(),
        new Convolution2D<T>(hidden, outputs, kernel: 1, initializer: Initializer.He) { Name = "mlp2" },
        new ReLU<T>())
    { Name = $"mlpconv{number}" };
}
