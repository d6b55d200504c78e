using RefNet.Backends;

namespace RefNet.Verification.Cases;

/// <summary>One configuration of a layer, loss or model, with numbers for it: something whose gradients can be checked.</summary>
public abstract record Case
{
    /// <summary>Where weights, inputs and targets come from.</summary>
    public int Seed { get; init; }

    /// <summary>Where it computes.</summary>
    public IBackend<double> Backend { get; init; } = BackendDefaults<double>.Backend;

    /// <summary>Checks its gradients; every call gives the same report.</summary>
    public abstract GradientReport Check();

    /// <summary>Simpler cases that may show the same failure; each is smaller, so that this comes to an end.</summary>
    public abstract IEnumerable<Case> Shrink();

    /// <summary>The C# that makes it, and what it is fed.</summary>
    public abstract override string ToString();
}
