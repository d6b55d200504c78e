using RefNet.Backends;

namespace RefNet.Verification.Cases;

/// <summary>One configuration of a layer, loss or model, with numbers for it, whose gradients can be checked.</summary>
public abstract record Case
{
    /// <summary>Seed for weights, inputs and targets.</summary>
    public int Seed { get; init; }

    /// <summary>The backend.</summary>
    public IBackend<double> Backend { get; init; } = BackendDefaults<double>.Backend;

    /// <summary>Checks its gradients; every call gives the same report.</summary>
    public abstract GradientReport Check();

    /// <summary>Simpler cases that may show the same failure. Each is strictly smaller, so repeated shrinking ends.</summary>
    public abstract IEnumerable<Case> Shrink();

    /// <summary>The C# that creates it, and its input.</summary>
    public abstract override string ToString();
}
