using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>The network that S2 trains in twenty lines of NumPy: 1000 -> 100 sigmoids -> 10 numbers, without biases. LECTURES Y24.</summary>
public sealed record TwoLayer() : Architecture(new Shape(1000), 10)
{
    /// <inheritdoc/>
    public override string Name => "two-layer";

    /// <inheritdoc/>
    public override string Description => "Two-layer network of the slides' twenty lines: 1000-100-10, sigmoid, squared error";

    /// <inheritdoc/>
    public override string Paper => "lecture S2; LECTURES Y24";

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed) => new(Input, seed,
        new Dense<T>(Input.Count, 100, Initializer.Gaussian(1), useBias: false) { Name = "F1" },
        new Sigmoid<T>(),
        new Dense<T>(100, Classes, Initializer.Gaussian(1), useBias: false) { Name = "Output" });

    /// <inheritdoc/>
    public override Loss<T> CreateLoss<T>() => new MeanSquaredError<T>();
}
