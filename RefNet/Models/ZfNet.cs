using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// ZFNet: AlexNet with a first convolution of 7x7 at stride 2, found by visualising the layers; 3x224x224 -> 1000 scores.
/// Zeiler and Fergus 2014, figure 3; LECTURES D4, X35.
/// </summary>
/// <param name="IsLarge">Whether the last convolutions have 512, 1024 and 512 maps, the larger variant of the slides (X35).</param>
public sealed record ZfNet(bool IsLarge = false) : Architecture(new Shape(3, 224, 224), 1000)
{
    /// <inheritdoc/>
    public override string Name => IsLarge ? "zfnet-large" : "zfnet";

    /// <inheritdoc/>
    public override string Description => $"ZFNet: AlexNet with finer first layers{(IsLarge ? ", and wider last ones" : "")}";

    /// <inheritdoc/>
    public override string Paper => "Zeiler and Fergus 2014, figure 3; LECTURES D4, X35";

    /// <inheritdoc/>
    protected override Shape NarrowInput => new(3, 64, 64);

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        Initializer init = Initializer.Gaussian(0.01);
        int maps1 = Maps(96), maps2 = Maps(256), maps3 = Maps(IsLarge ? 512 : 384), maps4 = Maps(IsLarge ? 1024 : 384), maps5 = Maps(IsLarge ? 512 : 256), units = Maps(4096);
        Sequential<T> convolutions = new(
            new Convolution2D<T>(Input[0], maps1, kernel: 7, stride: 2, padding: 1, initializer: init, rounding: Rounding.Floor) { Name = "conv1" }, // 96x110x110
            new ReLU<T> { Name = "relu1" },
            new MaxPooling2D<T>(3, stride: 2, rounding: Rounding.Ceiling) { Name = "pool1" },                                                        // 96x55x55
            new LocalResponseNormalization<T> { Name = "norm1" },
            new Convolution2D<T>(maps1, maps2, kernel: 5, stride: 2, initializer: init, rounding: Rounding.Floor) { Name = "conv2" },                // 256x26x26
            new ReLU<T> { Name = "relu2" },
            new MaxPooling2D<T>(3, stride: 2, rounding: Rounding.Ceiling) { Name = "pool2" },                                                        // 256x13x13
            new LocalResponseNormalization<T> { Name = "norm2" },
            new Convolution2D<T>(maps2, maps3, kernel: 3, padding: 1, initializer: init) { Name = "conv3" },                                         // 384x13x13
            new ReLU<T> { Name = "relu3" },
            new Convolution2D<T>(maps3, maps4, kernel: 3, padding: 1, initializer: init) { Name = "conv4" },                                         // 384x13x13
            new ReLU<T> { Name = "relu4" },
            new Convolution2D<T>(maps4, maps5, kernel: 3, padding: 1, initializer: init) { Name = "conv5" },                                         // 256x13x13
            new ReLU<T> { Name = "relu5" },
            new MaxPooling2D<T>(3, stride: 2, rounding: Rounding.Ceiling) { Name = "pool5" })                                                        // 256x6x6
        { Name = "" };
        return new Network<T>(Input, seed,
            convolutions,
            new Flatten<T>(),                                                                                                                        // 9216
            AlexNet.Classifier<T>(convolutions.OutputShape(Input).Count, units, Classes));
    }
}
