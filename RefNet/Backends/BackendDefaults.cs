using System.Numerics;
using RefNet.Backends.Reference;
using RefNet.Backends.Simd;

namespace RefNet.Backends;

/// <summary>Where a network computes until it is moved: the fast managed backend, or plain loops for numbers that it does not know.</summary>
public static class BackendDefaults<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The default; it never changes. <c>Network.To</c> moves a network to another.</summary>
    public static IBackend<T> Backend { get; } =
        typeof(T) == typeof(float) || typeof(T) == typeof(double) ? new SimdBackend<T>() : new ReferenceBackend<T>();
}
