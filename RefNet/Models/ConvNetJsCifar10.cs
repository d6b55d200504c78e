using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>The network of ConvNetJS's CIFAR-10 demo: three 5x5 convolutions with 16, 20 and 20 maps; 3x32x32 -> 10 scores. Karpathy 2014; LECTURES D14.</summary>
public sealed record ConvNetJsCifar10() : Architecture(new Shape(3, 32, 32), 10)
{
    /// <inheritdoc/>
    public override string Name => "convnetjs-cifar10";

    /// <inheritdoc/>
    public override string Description => "CIFAR-10 demo of ConvNetJS: three 5x5 convolutions";

    /// <inheritdoc/>
    public override string Paper => "Karpathy 2014, ConvNetJS; LECTURES D14";

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        Initializer init = Initializer.He;
        return new Network<T>(Input, seed,
            new Convolution2D<T>(Input[0], 16, kernel: 5, padding: 2, initializer: init) { Name = "conv1" }, // 16x32x32
            new ReLU<T>(),
            new MaxPooling2D<T>(2),                                                                          // 16x16x16
            new Convolution2D<T>(16, 20, kernel: 5, padding: 2, initializer: init) { Name = "conv2" },       // 20x16x16
            new ReLU<T>(),
            new MaxPooling2D<T>(2),                                                                          // 20x8x8
            new Convolution2D<T>(20, 20, kernel: 5, padding: 2, initializer: init) { Name = "conv3" },       // 20x8x8
            new ReLU<T>(),
            new MaxPooling2D<T>(2),                                                                          // 20x4x4
            new Flatten<T>(),                                                                                // 320
            new Dense<T>(20 * (Input[1] / 8) * (Input[2] / 8), Classes, Initializer.LeCun) { Name = "fc" });
    }
}
