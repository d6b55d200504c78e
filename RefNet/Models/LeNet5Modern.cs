using System.Numerics;
using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// LeNet-5 as it is taught today: full connections between maps, plain average pooling, tanh, softmax over 10 classes;
/// 1x28x28 -> 10 scores, 61,706 parameters. LECTURES D3.
/// </summary>
public static class LeNet5Modern
{
    /// <summary>Makes the network with the weights that a seed gives.</summary>
    public static Sequential<T> Create<T>(int seed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = Seeds.Create(seed);
        Initializer init = Initializer.Xavier;
        return new Sequential<T>(new Shape(1, 28, 28),
            new Convolution2D<T>(1, 6, kernel: 5, random, padding: 2, initializer: init) { Name = "C1" }, // 6x28x28
            new Tanh<T>(),
            new AveragePooling2D<T>(2) { Name = "S2" },                                                   // 6x14x14
            new Convolution2D<T>(6, 16, kernel: 5, random, initializer: init) { Name = "C3" },            // 16x10x10
            new Tanh<T>(),
            new AveragePooling2D<T>(2) { Name = "S4" },                                                   // 16x5x5
            new Flatten<T>(),                                                                             // 400
            new Dense<T>(400, 120, random, init) { Name = "F5" },
            new Tanh<T>(),
            new Dense<T>(120, 84, random, init) { Name = "F6" },
            new Tanh<T>(),
            new Dense<T>(84, 10, random, init) { Name = "Output" });
    }
}
