using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>The digit network of S3: two convolutions with max pooling and three dense layers, 1x32x32 -> 10 scores, 63,802 parameters. LECTURES Y19.</summary>
public sealed record DigitCnn() : Architecture(new Shape(1, 32, 32), 10)
{
    /// <inheritdoc/>
    public override string Name => "digit-cnn";

    /// <inheritdoc/>
    public override string Description => "Digit network of the slides: 6 and 16 maps, 120 and 100 units, ReLU";

    /// <inheritdoc/>
    public override string Paper => "lecture S3; LECTURES Y19";

    /// <inheritdoc/>
    public override Recipe Recipe => new() { Padding = 2, Schedule = "exponential:0.15", WeightDecay = 0.0005, LearningRate = 0.02 };

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        Initializer init = Initializer.He;
        return new Network<T>(Input, seed,
            new Convolution2D<T>(1, 6, kernel: 5, initializer: init) { Name = "conv1" },  // 6x28x28
            new ReLU<T>(),
            new MaxPooling2D<T>(2),                                                       // 6x14x14
            new Convolution2D<T>(6, 16, kernel: 5, initializer: init) { Name = "conv2" }, // 16x10x10
            new ReLU<T>(),
            new MaxPooling2D<T>(2),                                                       // 16x5x5
            new Flatten<T>(),                                                             // 400
            new Dense<T>(400, 120, init) { Name = "fc1" },
            new ReLU<T>(),
            new Dense<T>(120, 100, init) { Name = "fc2" },
            new ReLU<T>(),
            new Dense<T>(100, Classes, init) { Name = "fc3" });
    }
}
