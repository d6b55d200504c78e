using System.Numerics;

namespace RefNet.Backends;

/// <summary>An object that a layer keeps per backend, such as a convolution created for its geometry; created at first use.</summary>
/// <param name="create">Creates it.</param>
public sealed class PerBackend<T, TKept>(Func<IBackend<T>, TKept> create) where T : unmanaged, IBinaryFloatingPointIeee754<T> where TKept : class
{
    private IBackend<T>? owner;
    private TKept? kept;

    /// <summary>The object for a backend.</summary>
    public TKept On(IBackend<T> backend)
    {
        if (kept is null || !ReferenceEquals(owner, backend))
            (owner, kept) = (backend, create(backend));
        return kept;
    }
}
