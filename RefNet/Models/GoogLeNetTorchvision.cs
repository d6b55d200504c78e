using System.Numerics;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// GoogLeNet with batch normalisation as in torchvision: 3x3 instead of 5x5 kernels, no local response normalisation; 3x224x224 -> 1000
/// scores, 13,004,888 parameters with its heads. Szegedy et al. 2015; Ioffe and Szegedy 2015, section 4.2.1; LECTURES D7. Paths are torchvision's.
/// </summary>
public sealed record GoogLeNetTorchvision() : Architecture(new Shape(3, 224, 224), 1000)
{
    private const double Epsilon = 0.001;

    /// <inheritdoc/>
    public override string Name => "googlenet-torchvision";

    /// <inheritdoc/>
    public override string Description => "GoogLeNet with batch normalisation and auxiliary classifiers";

    /// <inheritdoc/>
    public override string Paper => "Szegedy et al. 2015; LECTURES D7";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(3, 64, 64);

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed) => new(Input, seed,
        Unit<T>("conv1", Input[0], 64, kernel: 7, stride: 2),                     // 64x112x112
        Pooling<T>("maxpool1", 3),                                                // 64x56x56
        Unit<T>("conv2", Maps(64), 64, kernel: 1),
        Unit<T>("conv3", Maps(64), 192, kernel: 3),                               // 192x56x56
        Pooling<T>("maxpool2", 3),                                                // 192x28x28
        Inception<T>("3a", [192], 64, 96, 128, 16, 32, 32),                       // 256x28x28
        Inception<T>("3b", [64, 128, 32, 32], 128, 128, 192, 32, 96, 64),         // 480x28x28
        Pooling<T>("maxpool3", 3),                                                // 480x14x14
        Inception<T>("4a", [128, 192, 96, 64], 192, 96, 208, 16, 48, 64),         // 512x14x14
        Head<T>("aux1", [192, 208, 48, 64]),
        Inception<T>("4b", [192, 208, 48, 64], 160, 112, 224, 24, 64, 64),        // 512x14x14
        Inception<T>("4c", [160, 224, 64, 64], 128, 128, 256, 24, 64, 64),        // 512x14x14
        Inception<T>("4d", [128, 256, 64, 64], 112, 144, 288, 32, 64, 64),        // 528x14x14
        Head<T>("aux2", [112, 288, 64, 64]),
        Inception<T>("4e", [112, 288, 64, 64], 256, 160, 320, 32, 128, 128),      // 832x14x14
        Pooling<T>("maxpool4", 2),                                                // 832x7x7
        Inception<T>("5a", [256, 320, 128, 128], 256, 160, 320, 32, 128, 128),    // 832x7x7
        Inception<T>("5b", [256, 320, 128, 128], 384, 192, 384, 48, 128, 128),    // 1024x7x7
        new GlobalAveragePooling2D<T> { Name = "avgpool" },                       // 1024
        new Dropout<T>(0.2) { Name = "dropout" },
        new Dense<T>(MapsOf([384, 384, 128, 128]), Classes, Initializer.LeCun) { Name = "fc" });

    private Concatenation<T> Inception<T>(string name, int[] inputs, int maps1, int reduce2, int maps2, int reduce3, int maps3, int pool) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = MapsOf(inputs);
        return new Concatenation<T>(
            Unit<T>("branch1", channels, maps1, kernel: 1),
            Chain.Numbered<T>("branch2", Unit<T>(null, channels, reduce2, kernel: 1), Unit<T>(null, Maps(reduce2), maps2, kernel: 3)),
            Chain.Numbered<T>("branch3", Unit<T>(null, channels, reduce3, kernel: 1), Unit<T>(null, Maps(reduce3), maps3, kernel: 3)),
            Chain.Numbered<T>("branch4", new MaxPooling2D<T>(3, stride: 1, padding: 1), Unit<T>(null, channels, pool, kernel: 1)))
        { Name = $"inception{name}" };
    }

    private SideHead<T> Head<T>(string name, int[] inputs) where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
        new Sequential<T>(
            new AdaptiveAveragePooling2D<T>(4, 4),                                // 4x4
            Unit<T>("conv", MapsOf(inputs), 128, kernel: 1),                      // 128x4x4
            new Flatten<T>(),                                                     // 2048
            new Dense<T>(Maps(128) * 16, Maps(1024), Initializer.He) { Name = "fc1" },
            new ReLU<T> { Name = "relu" },
            new Dropout<T>(0.7) { Name = "dropout" },
            new Dense<T>(Maps(1024), Classes, Initializer.LeCun) { Name = "fc2" })
        { Name = "" }, weight: 0.3)
    { Name = name };

    private int MapsOf(int[] branches) => branches.Sum(maps => Maps(maps));

    private Sequential<T> Unit<T>(string? name, int channels, int maps, int kernel, int stride = 1) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ConvolutionUnits.ConvBnReLU<T>(name!, channels, Maps(maps), kernel, stride, epsilon: Epsilon);

    private static MaxPooling2D<T> Pooling<T>(string name, int size) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(size, stride: 2, rounding: Rounding.Ceiling) { Name = name };
}
