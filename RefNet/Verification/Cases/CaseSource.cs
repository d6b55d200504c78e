using RefNet.Backends;
using RefNet.Randomness;

namespace RefNet.Verification.Cases;

/// <summary>Gives cases of one layer, block, loss or model.</summary>
/// <param name="Name">What it gives cases of.</param>
/// <param name="Draw">Draws a case.</param>
public sealed record CaseSource(string Name, Func<Random, Case> Draw)
{
    /// <summary>How many cases of a layer one case of this costs: 20 for a whole network.</summary>
    public int Cost { get; init; } = 1;

    /// <summary>The name of a source before it whose cases are the same; null where there is none.</summary>
    public string? SameAs { get; init; }

    /// <summary>Draws a case and checks it; a seed and a number always give the same one.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="number">Which of its cases, from 0.</param>
    /// <param name="backend">Where it computes; the default backend where none is given.</param>
    public CaseResult Check(int seed, int number, IBackend<double>? backend = null) =>
        CaseResult.Of(number, Draw(Seeds.Create(seed, number)) with { Backend = backend ?? BackendDefaults<double>.Backend });
}
