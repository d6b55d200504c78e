using System.Numerics;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// DenseNet-121: each layer of a dense block sees the maps of all layers before it and adds 32 of its own; 3x224x224 -> 1000 scores,
/// 7,978,856 parameters. Huang et al. 2017, table 1; LECTURES D10. Paths are torchvision's.
/// </summary>
public sealed record DenseNet() : Architecture(new Shape(3, 224, 224), 1000)
{
    private static readonly int[] layersOfBlocks = [6, 12, 24, 16];

    /// <inheritdoc/>
    public override string Name => "densenet121";

    /// <inheritdoc/>
    public override string Description => "DenseNet of 121 layers with growth rate 32";

    /// <inheritdoc/>
    public override string Paper => "Huang et al. 2017, table 1; LECTURES D10";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(3, 64, 64);

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        int growth = Maps(32), channels = 2 * growth;
        List<Layer<T>> features =
        [
            new Convolution2D<T>(Input[0], channels, kernel: 7, stride: 2, padding: 3, initializer: Initializer.He, useBias: false, rounding: Rounding.Floor) { Name = "conv0" }, // 64x112x112
            new BatchNormalization<T>(channels) { Name = "norm0" },
            new ReLU<T> { Name = "relu0" },
            new MaxPooling2D<T>(3, stride: 2, padding: 1, rounding: Rounding.Floor) { Name = "pool0" },                                                                           // 64x56x56
        ];
        for (int block = 1; block <= layersOfBlocks.Length; block++)
        {
            features.Add(DenseBlock<T>(block, channels, growth));
            channels += growth * Repeats(layersOfBlocks[block - 1]);
            if (block < layersOfBlocks.Length)
                features.Add(Transition<T>(block, channels, channels /= 2));                                                                                                      // half the maps, half the size
        }

        features.Add(new BatchNormalization<T>(channels) { Name = "norm5" });                                                                                                     // 1024x7x7
        return new Network<T>(Input, seed,
            new Sequential<T>([.. features]) { Name = "features" },
            new ReLU<T>(),
            new GlobalAveragePooling2D<T>(),
            new Dense<T>(channels, Classes, Initializer.LeCun) { Name = "classifier" });
    }

    private Sequential<T> DenseBlock<T>(int block, int channels, int growth) where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
        [.. Enumerable.Range(0, Repeats(layersOfBlocks[block - 1])).Select(layer => DenseLayer<T>(layer + 1, channels + layer * growth, growth))])
    { Name = $"denseblock{block}" };

    // y = (x, H(x)) with H: BN, ReLU, 1x1 to 4k maps, BN, ReLU, 3x3 to k maps (section 3, "bottleneck layers").
    private static Concatenation<T> DenseLayer<T>(int number, int channels, int growth) where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
        new Identity<T>(),
        new Sequential<T>(
            new BatchNormalization<T>(channels) { Name = "norm1" },
            new ReLU<T> { Name = "relu1" },
            new Convolution2D<T>(channels, 4 * growth, kernel: 1, initializer: Initializer.He, useBias: false) { Name = "conv1" },
            new BatchNormalization<T>(4 * growth) { Name = "norm2" },
            new ReLU<T> { Name = "relu2" },
            new Convolution2D<T>(4 * growth, growth, kernel: 3, padding: 1, initializer: Initializer.He, useBias: false) { Name = "conv2" })
        { Name = "" })
    { Name = $"denselayer{number}" };

    private static Sequential<T> Transition<T>(int number, int channels, int outputs) where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
        new BatchNormalization<T>(channels) { Name = "norm" },
        new ReLU<T> { Name = "relu" },
        new Convolution2D<T>(channels, outputs, kernel: 1, initializer: Initializer.He, useBias: false) { Name = "conv" },
        new AveragePooling2D<T>(2, rounding: Rounding.Floor) { Name = "pool" })
    { Name = $"transition{number}" };
}
