using System.Numerics;
using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// Deconvolution network: VGG-16 down to one pixel and its mirror image back up, with unpooling to the positions of the
/// maxima and transposed convolutions; 3x224x224 -> 21x224x224 scores. Noh, Hong and Han 2015, table 2; LECTURES D11, L14.
/// </summary>
public sealed record DeconvNet() : Architecture(new Shape(3, 224, 224), 21)
{
    /// <inheritdoc/>
    public override string Name => "deconvnet";

    /// <inheritdoc/>
    public override string Description => "Deconvolution network: VGG-16 and its mirror image, for segmentation";

    /// <inheritdoc/>
    public override string Paper => "Noh, Hong and Han 2015, table 2; LECTURES D11";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(3, 32, 32);

    /// <inheritdoc/>
    public override bool IsContinuous => false;

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        int extent = Input[1] / 32; // 7
        Layer<T> middle = Chain.Nameless(
            Unit<T>("fc6", new Convolution2D<T>(Maps(512), Maps(4096), kernel: extent, initializer: Initializer.He) { Name = "conv" }, Maps(4096)),               // 4096x1x1
            Unit<T>("fc7", new Convolution2D<T>(Maps(4096), Maps(4096), kernel: 1, initializer: Initializer.He) { Name = "conv" }, Maps(4096)),                   // 4096x1x1
            Unit<T>("deconv-fc6", new TransposedConvolution2D<T>(Maps(4096), Maps(512), kernel: extent, initializer: Initializer.He) { Name = "conv" }, Maps(512))); // 512x7x7
        Layer<T> pool5 = Unpooled<T>(5, middle);                                                                                                                     // 512x14x14
        Layer<T> pool4 = Unpooled<T>(4, Chain.Nameless(Down<T>(5, 512, 512, 512, 512), pool5, Up<T>(5, 512, 512, 512, 512)));                                                 // 512x28x28
        Layer<T> pool3 = Unpooled<T>(3, Chain.Nameless(Down<T>(4, 256, 512, 512, 512), pool4, Up<T>(4, 512, 512, 512, 256)));                                                 // 256x56x56
        Layer<T> pool2 = Unpooled<T>(2, Chain.Nameless(Down<T>(3, 128, 256, 256, 256), pool3, Up<T>(3, 256, 256, 256, 128)));                                                 // 128x112x112
        Layer<T> pool1 = Unpooled<T>(1, Chain.Nameless(Down<T>(2, 64, 128, 128), pool2, Up<T>(2, 128, 128, 64)));                                                             // 64x224x224
        return new Network<T>(Input, seed,
            Chain.Nameless(Unit<T>("conv1-1", Convolution<T>(Input[0], Maps(64)), Maps(64)), Down<T>(1, 64, 64)),
            pool1,
            Up<T>(1, 64, 64, 64),
            new Convolution2D<T>(Maps(64), Classes, kernel: 1, initializer: Initializer.He) { Name = "output" });
    }

    // Pooling of a stage, the layers at half the size, unpooling.
    private static MaxUnpooling2D<T> Unpooled<T>(int stage, Layer<T> inner) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(new MaxPooling2D<T>(2) { Name = $"pool{stage}" }, inner) { Name = "" };

    private Sequential<T> Down<T>(int stage, params int[] maps) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Chain.Nameless(
        [.. Enumerable.Range(1, maps.Length - 1).Select(i => Unit<T>($"conv{stage}-{(stage == 1 ? 2 : i)}", Convolution<T>(Maps(maps[i - 1]), Maps(maps[i])), Maps(maps[i])))]);

    private Sequential<T> Up<T>(int stage, params int[] maps) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Chain.Nameless(
        [.. Enumerable.Range(1, maps.Length - 1).Select(i => Unit<T>($"deconv{stage}-{i}",
            new TransposedConvolution2D<T>(Maps(maps[i - 1]), Maps(maps[i]), kernel: 3, padding: 1, initializer: Initializer.He) { Name = "conv" }, Maps(maps[i])))]);

    private static Convolution2D<T> Convolution<T>(int channels, int maps) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(channels, maps, kernel: 3, padding: 1, initializer: Initializer.He) { Name = "conv" };

    private static Sequential<T> Unit<T>(string name, Layer<T> convolution, int maps) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(convolution, new BatchNormalization<T>(maps) { Name = "bn" }, new ReLU<T> { Name = "relu" }) { Name = name };
}
