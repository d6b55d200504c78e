using System.Numerics;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// GoogLeNet: nine inception modules, 22 layers with weights, 3x224x224 -> 1000 scores; 6,998,552 parameters, and 6,379,728 more in the
/// two heads that help training. Szegedy et al. 2015, table 1; LECTURES D7, X20, Y27. Names follow Caffe's model.
/// </summary>
/// <param name="HasAuxiliaryHeads">Whether classifiers after 4a and 4d add their losses, with weight 0.3, in training.</param>
public sealed record GoogLeNet(bool HasAuxiliaryHeads = false) : Architecture(new Shape(3, 224, 224), 1000)
{
    /// <inheritdoc/>
    public override string Name => HasAuxiliaryHeads ? "googlenet-aux" : "googlenet";

    /// <inheritdoc/>
    public override string Description => $"GoogLeNet: nine inception modules{(HasAuxiliaryHeads ? ", two auxiliary classifiers" : "")}";

    /// <inheritdoc/>
    public override string Paper => "Szegedy et al. 2015, table 1; LECTURES D7";

    /// <inheritdoc/>
    protected override Shape NarrowInput => HasAuxiliaryHeads ? new(3, 80, 80) : new(3, 48, 48);

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        List<Layer<T>> layers =
        [
            Convolution<T>("conv1", Input[0], 64, kernel: 7, stride: 2),                  // 64x112x112
            Pooling<T>("pool1"),                                                          // 64x56x56
            Normalization<T>("norm1"),
            Convolution<T>("conv2_reduce", Maps(64), 64, kernel: 1),
            Convolution<T>("conv2", Maps(64), 192, kernel: 3),                            // 192x56x56
            Normalization<T>("norm2"),
            Pooling<T>("pool2"),                                                          // 192x28x28
            Inception<T>("3a", [192], 64, 96, 128, 16, 32, 32),                           // 256x28x28
            Inception<T>("3b", [64, 128, 32, 32], 128, 128, 192, 32, 96, 64),             // 480x28x28
            Pooling<T>("pool3"),                                                          // 480x14x14
            Inception<T>("4a", [128, 192, 96, 64], 192, 96, 208, 16, 48, 64),             // 512x14x14
            Inception<T>("4b", [192, 208, 48, 64], 160, 112, 224, 24, 64, 64),            // 512x14x14
            Inception<T>("4c", [160, 224, 64, 64], 128, 128, 256, 24, 64, 64),            // 512x14x14
            Inception<T>("4d", [128, 256, 64, 64], 112, 144, 288, 32, 64, 64),            // 528x14x14
            Inception<T>("4e", [112, 288, 64, 64], 256, 160, 320, 32, 128, 128),          // 832x14x14
            Pooling<T>("pool4"),                                                          // 832x7x7
            Inception<T>("5a", [256, 320, 128, 128], 256, 160, 320, 32, 128, 128),        // 832x7x7
            Inception<T>("5b", [256, 320, 128, 128], 384, 192, 384, 48, 128, 128),        // 1024x7x7
            new GlobalAveragePooling2D<T> { Name = "pool5" },                             // 1024
            new Dropout<T>(0.4),
            new Dense<T>(MapsOf([384, 384, 128, 128]), Classes, Initializer.Xavier) { Name = "classifier" },
        ];
        if (HasAuxiliaryHeads)
        {
            layers.Insert(14, Head<T>("aux2", MapsOf([112, 288, 64, 64]), ExtentAt(layers, 14)));
            layers.Insert(11, Head<T>("aux1", MapsOf([192, 208, 48, 64]), ExtentAt(layers, 11)));
        }

        return new Network<T>(Input, seed, [.. layers]);
    }

    // 1x1; 1x1 then 3x3; 1x1 then 5x5; pooling then 1x1: in parallel.
    private Concatenation<T> Inception<T>(string name, int[] inputs, int maps1, int reduce3, int maps3, int reduce5, int maps5, int pool) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = MapsOf(inputs);
        return new Concatenation<T>(
            Convolution<T>("1x1", channels, maps1, kernel: 1),
            new Sequential<T>(Convolution<T>("3x3_reduce", channels, reduce3, kernel: 1), Convolution<T>("3x3", Maps(reduce3), maps3, kernel: 3)) { Name = "" },
            new Sequential<T>(Convolution<T>("5x5_reduce", channels, reduce5, kernel: 1), Convolution<T>("5x5", Maps(reduce5), maps5, kernel: 5)) { Name = "" },
            new Sequential<T>(new MaxPooling2D<T>(3, stride: 1, padding: 1) { Name = "pool" }, Convolution<T>("pool_proj", channels, pool, kernel: 1)) { Name = "" })
        { Name = $"inception_{name}" };
    }

    // Section 5: average pooling 5x5 at stride 3, 1x1 to 128 maps, 1024 units, dropout of 70 %, softmax.
    private SideHead<T> Head<T>(string name, int channels, int extent) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int pixels = (extent - 5) / 3 + 1;
        return new SideHead<T>(new Sequential<T>(
            new AveragePooling2D<T>(5, stride: 3, rounding: Rounding.Floor) { Name = "pool" }, // 4x4
            Convolution<T>("conv", channels, 128, kernel: 1),                                  // 128x4x4
            new Flatten<T>(),                                                                  // 2048
            new Dense<T>(Maps(128) * pixels * pixels, Maps(1024), Initializer.Xavier) { Name = "fc" },
            new ReLU<T>(),
            new Dropout<T>(0.7),
            new Dense<T>(Maps(1024), Classes, Initializer.Xavier) { Name = "classifier" })
        { Name = "" }, weight: 0.3)
        { Name = name };
    }

    private int ExtentAt<T>(List<Layer<T>> layers, int place) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        layers.Take(place).Aggregate(Input, (shape, layer) => layer.OutputShape(shape))[1];

    private int MapsOf(int[] branches) => branches.Sum(maps => Maps(maps));

    // A convolution that keeps the size at stride 1, with its ReLU.
    private Sequential<T> Convolution<T>(string name, int channels, int maps, int kernel, int stride = 1) where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
        new Convolution2D<T>(channels, Maps(maps), kernel, stride, padding: kernel / 2, initializer: Initializer.Xavier, rounding: Rounding.Floor) { Name = name },
        new ReLU<T> { Name = $"{name}_relu" })
    { Name = "" };

    private static MaxPooling2D<T> Pooling<T>(string name) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(3, stride: 2, rounding: Rounding.Ceiling) { Name = name };

    private static LocalResponseNormalization<T> Normalization<T>(string name) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(size: 5, alpha: 1e-4, beta: 0.75, k: 1) { Name = name };
}
