using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// LeNet-5 as published: 1x32x32 -> 10 penalties, 60,000 trainable parameters, 340,908 connections. LeCun, Bottou, Bengio
/// and Haffner 1998, section II.B; LECTURES D2, Y11, Y12.
/// </summary>
/// <remarks>Digits of 28x28 are padded to 32x32; background is -0.1 and foreground 1.175, so that inputs have mean about 0 and variance about 1.</remarks>
public sealed record LeNet5 : Architecture
{
    /// <summary>The paper's input, 1x32x32, and classes.</summary>
    public LeNet5() => Input = new Shape(1, 32, 32);

    /// <inheritdoc/>
    public override string Name => "lenet5";

    /// <inheritdoc/>
    public override string Description => "LeNet-5 as published in 1998: connection table, trainable subsampling, RBF output";

    /// <inheritdoc/>
    public override string Paper => "LeCun, Bottou, Bengio and Haffner 1998, section II.B; LECTURES D2";

    /// <inheritdoc/>
    public override Recipe Recipe => new() { Low = -0.1, High = 1.175, Padding = 2, BatchSize = 16, LearningRate = 0.003, Schedule = "cosine", WeightDecay = 0.005, Average = 0.999 };

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

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        Initializer init = Initializer.LeNet;
        return new Network<T>(Input, seed,
            new Convolution2D<T>(1, 6, kernel: 5, initializer: init) { Name = "C1" },                 // 6x28x28
            new ScaledTanh<T>(),
            new Subsampling2D<T>(6, size: 2, init) { Name = "S2" },                                   // 6x14x14
            new ScaledTanh<T>(),
            new ConnectionTableConvolution2D<T>(6, ConnectionTable, kernel: 5, init) { Name = "C3" }, // 16x10x10
            new ScaledTanh<T>(),
            new Subsampling2D<T>(16, size: 2, init) { Name = "S4" },                                  // 16x5x5
            new ScaledTanh<T>(),
            new Convolution2D<T>(16, 120, kernel: 5, initializer: init) { Name = "C5" },              // 120x1x1
            new ScaledTanh<T>(),
            new Flatten<T>(),                                                                         // 120
            new Dense<T>(120, 84, init) { Name = "F6" },                                              // 84
            new ScaledTanh<T>(),
            new EuclideanRadialBasis<T>(DigitBitmaps.Create<T>()) { Name = "Output" });               // 10
    }

    /// <inheritdoc/>
    public override ClassificationLoss<T> CreateLoss<T>() => new MaximumAPosteriori<T>(j: 10);
}
