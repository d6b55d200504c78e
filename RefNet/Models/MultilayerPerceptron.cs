using System.Numerics;
using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// The multilayer perceptron 784-300-100-10 with ReLU: 1x28x28 -> 10 scores, 266,610 parameters. LeCun et al. 1998,
/// section III.C.3, has it with tanh; LECTURES D1.
/// </summary>
public static class MultilayerPerceptron
{
    /// <summary>Makes the network with the weights that a seed gives.</summary>
    public static Sequential<T> Create<T>(int seed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = Seeds.Create(seed);
        return new Sequential<T>(new Shape(1, 28, 28),
            new Flatten<T>(),
            new Dense<T>(784, 300, random, Initializer.He) { Name = "F1" },
            new ReLU<T>(),
            new Dense<T>(300, 100, random, Initializer.He) { Name = "F2" },
            new ReLU<T>(),
            new Dense<T>(100, 10, random, Initializer.He) { Name = "Output" });
    }
}
