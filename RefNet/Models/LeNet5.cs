using System.Numerics;
using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// LeNet-5 as published: 1x32x32 -> 10 penalties, 60,000 trainable parameters, 340,908 connections. LeCun, Bottou, Bengio
/// and Haffner 1998, section II.B; LECTURES D2, Y11, Y12.
/// </summary>
/// <remarks>Digits of 28x28 are padded to 32x32; background is -0.1 and foreground 1.175, so that inputs have mean about 0 and variance about 1.</remarks>
public static class LeNet5
{
    /// <summary>
    /// Table I of the paper: the maps of S2 that each map of C3 sees. The slide's copy has 73 crosses, the paper's 60 (X3).
    /// </summary>
    public static IReadOnlyList<int[]> ConnectionTable { get; } =
    [
        [0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [0, 4, 5], [0, 1, 5],
        [0, 1, 2, 3], [1, 2, 3, 4], [2, 3, 4, 5], [0, 3, 4, 5], [0, 1, 4, 5], [0, 1, 2, 5],
        [0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5],
        [0, 1, 2, 3, 4, 5],
    ];

    /// <summary>Makes the network with the weights that a seed gives.</summary>
    public static Sequential<T> Create<T>(int seed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = Seeds.Create(seed);
        Initializer init = Initializer.LeNet;
        return new Sequential<T>(new Shape(1, 32, 32),
            new Convolution2D<T>(1, 6, kernel: 5, random, initializer: init) { Name = "C1" },                     // 6x28x28
            new ScaledTanh<T>(),
            new Subsampling2D<T>(6, size: 2, random, init) { Name = "S2" },                                       // 6x14x14
            new ScaledTanh<T>(),
            new ConnectionTableConvolution2D<T>(6, ConnectionTable, kernel: 5, random, init) { Name = "C3" },     // 16x10x10
            new ScaledTanh<T>(),
            new Subsampling2D<T>(16, size: 2, random, init) { Name = "S4" },                                      // 16x5x5
            new ScaledTanh<T>(),
            new Convolution2D<T>(16, 120, kernel: 5, random, initializer: init) { Name = "C5" },                  // 120x1x1
            new ScaledTanh<T>(),
            new Flatten<T>(),                                                                                     // 120
            new Dense<T>(120, 84, random, init) { Name = "F6" },                                                  // 84
            new ScaledTanh<T>(),
            new EuclideanRadialBasis<T>(DigitBitmaps.Create<T>()) { Name = "Output" });                           // 10
    }
}
