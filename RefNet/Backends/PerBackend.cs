using System.Numerics;

namespace RefNet.Backends;

/// <summary>What a layer keeps of a backend, such as a convolution made for its geometry; made when it is first used there.</summary>
/// <param name="create">Makes it.</param>
public sealed class PerBackend<T, TKept>(Func<IBackend<T>, TKept> create) where T : unmanaged, IBinaryFloatingPointIeee754<T> where TKept : class
{
    private IBackend<T>? owner;
    private TKept? kept;

    /// <summary>The one of a backend.</summary>
    public TKept On(IBackend<T> backend)
    {
        if (kept is null || !ReferenceEquals(owner, backend))
            (owner, kept) = (backend, create(backend));
        return kept;
    }
}
