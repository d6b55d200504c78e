using System.Numerics;
using RefNet.Backends.Reference;
using RefNet.Backends.Simd;

namespace RefNet.Backends;

/// <summary>The backend of a new network: the fast managed one, or plain loops for number types that it does not support.</summary>
public static class BackendDefaults<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The default, which never changes. <c>Network.To</c> moves a network to another backend.</summary>
    public static IBackend<T> Backend { get; } =
        typeof(T) == typeof(float) || typeof(T) == typeof(double) ? new SimdBackend<T>() : new ReferenceBackend<T>();
}
