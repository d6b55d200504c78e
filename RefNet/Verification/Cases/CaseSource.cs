using RefNet.Backends;
using RefNet.Randomness;

namespace RefNet.Verification.Cases;

/// <summary>Generates cases of one layer, block, loss or model.</summary>
/// <param name="Name">The name of the layer, block, loss or model.</param>
/// <param name="Draw">Draws a case.</param>
public sealed record CaseSource(string Name, Func<Random, Case> Draw)
{
    /// <summary>The cost of a case in cases of a layer: 20 for a whole network.</summary>
    public int Cost { get; init; } = 1;

    /// <summary>The name of an earlier source with the same cases; null if there is none.</summary>
    public string? SameAs { get; init; }

    /// <summary>Draws a case and checks it; a seed and a number always give the same case.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="number">The number of the case, from 0.</param>
    /// <param name="backend">The backend; the default backend if null.</param>
    public CaseResult Check(int seed, int number, IBackend<double>? backend = null) =>
        CaseResult.Of(number, Draw(Seeds.Create(seed, number)) with { Backend = backend ?? BackendDefaults<double>.Backend });
}
