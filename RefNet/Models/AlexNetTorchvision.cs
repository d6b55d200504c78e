using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// AlexNet in one tower with fewer maps, 3x224x224 -> 1000 scores, 61,100,840 parameters. Krizhevsky 2014, "One weird trick for
/// parallelizing convolutional neural networks"; LECTURES D4, X36. Paths are torchvision's.
/// </summary>
public sealed record AlexNetTorchvision() : Architecture(new Shape(3, 224, 224), 1000)
{
    /// <inheritdoc/>
    public override string Name => "alexnet-torchvision";

    /// <inheritdoc/>
    public override string Description => "AlexNet in one tower of 64 to 384 maps, without normalisation";

    /// <inheritdoc/>
    public override string Paper => "Krizhevsky 2014; LECTURES D4, X36";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(3, 64, 64);

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        Initializer init = Initializer.He;
        int maps1 = Maps(64), maps2 = Maps(192), maps3 = Maps(384), maps4 = Maps(256), units = Maps(4096);
        Sequential<T> features = Chain.Numbered<T>("features",
            new Convolution2D<T>(Input[0], maps1, kernel: 11, stride: 4, padding: 2, initializer: init, rounding: Rounding.Floor), // 64x55x55
            new ReLU<T>(),
            new MaxPooling2D<T>(3, stride: 2, rounding: Rounding.Floor),                                                           // 64x27x27
            new Convolution2D<T>(maps1, maps2, kernel: 5, padding: 2, initializer: init),                                          // 192x27x27
            new ReLU<T>(),
            new MaxPooling2D<T>(3, stride: 2, rounding: Rounding.Floor),                                                           // 192x13x13
            new Convolution2D<T>(maps2, maps3, kernel: 3, padding: 1, initializer: init),                                          // 384x13x13
            new ReLU<T>(),
            new Convolution2D<T>(maps3, maps4, kernel: 3, padding: 1, initializer: init),                                          // 256x13x13
            new ReLU<T>(),
            new Convolution2D<T>(maps4, maps4, kernel: 3, padding: 1, initializer: init),                                          // 256x13x13
            new ReLU<T>(),
            new MaxPooling2D<T>(3, stride: 2, rounding: Rounding.Floor));                                                          // 256x6x6
        return new Network<T>(Input, seed,
            features,
            new Flatten<T>(),                                                                                                      // 9216
            Chain.Numbered<T>("classifier",
                new Dropout<T>(0.5),
                new Dense<T>(features.OutputShape(Input).Count, units, init),
                new ReLU<T>(),
                new Dropout<T>(0.5),
                new Dense<T>(units, units, init),
                new ReLU<T>(),
                new Dense<T>(units, Classes, init)));
    }
}
