using System.Numerics;
using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>
/// The perceptron with a unit for each of 10 classes, 1x28x28 -> 10 scores, 7,850 parameters that start at zero; the
/// largest score names the class. Rosenblatt 1958; LECTURES L1, D1.
/// </summary>
public static class Perceptron
{
    /// <summary>Makes the network; the seed does not matter, since all weights start at zero.</summary>
    public static Sequential<T> Create<T>(int seed) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(new Shape(1, 28, 28),
            new Flatten<T>(),
            new Dense<T>(784, 10, Seeds.Create(seed), Initializer.Zeros) { Name = "Output" });
}
