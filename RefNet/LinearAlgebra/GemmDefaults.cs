using System.Numerics;

namespace RefNet.LinearAlgebra;

/// <summary>
/// The backend of layers that are made without naming one. It is the engine's only mutable static state beside
/// <see cref="ParallelLoop.MaxThreads"/>: a host sets it once, before it builds a network.
/// </summary>
public static class GemmDefaults<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The backend that new layers take.</summary>
    public static IGemm<T> Current { get; set; } = new SimdGemm<T>();
}
