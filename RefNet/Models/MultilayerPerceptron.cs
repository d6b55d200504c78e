using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;

namespace RefNet.Models;

/// <summary>
/// The multilayer perceptron 784-300-100-10 with ReLU: 1x28x28 -> 10 scores, 266,610 parameters. LeCun et al. 1998,
/// section III.C.3, has it with tanh; LECTURES D1.
/// </summary>
public sealed record MultilayerPerceptron : Architecture
{
    /// <inheritdoc/>
    public override string Name => "mlp";

    /// <inheritdoc/>
    public override string Description => "Multilayer perceptron 784-300-100-10 with ReLU";

    /// <inheritdoc/>
    public override string Paper => "LeCun et al. 1998, section III.C.3; LECTURES D1";

    /// <inheritdoc/>
    public override Recipe Recipe => new() { Schedule = "exponential:0.2", WeightDecay = 0.0001 };

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed)
    {
        return new Network<T>(Input, seed,
            new Flatten<T>(),
            new Dense<T>(Input.Count, 300, Initializer.He) { Name = "F1" },
            new ReLU<T>(),
            new Dense<T>(300, 100, Initializer.He) { Name = "F2" },
            new ReLU<T>(),
            new Dense<T>(100, Classes, Initializer.He) { Name = "Output" });
    }
}
