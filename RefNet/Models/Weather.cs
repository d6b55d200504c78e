using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Tensors;

namespace RefNet.Models;

/// <summary>The weather forecast of S2 and S4: three temperatures -> the next one, by two hidden layers of four sigmoids; 41 parameters. LECTURES Y10.</summary>
public sealed record Weather() : Architecture(new Shape(3), 1)
{
    /// <inheritdoc/>
    public override string Name => "weather";

    /// <inheritdoc/>
    public override string Description => "Weather forecast of the slides: 3-4-4-1 with sigmoids, squared error";

    /// <inheritdoc/>
    public override string Paper => "lectures S2 and S4; LECTURES Y10";

    /// <inheritdoc/>
    public override Network<T> Create<T>(int seed) => new(Input, seed,
        new Dense<T>(Input.Count, 4) { Name = "F1" },
        new Sigmoid<T>(),
        new Dense<T>(4, 4) { Name = "F2" },
        new Sigmoid<T>(),
        new Dense<T>(4, Classes) { Name = "Output" });

    /// <inheritdoc/>
    public override Loss<T> CreateLoss<T>() => new MeanSquaredError<T>();
}
