using System.Numerics;

namespace RefNet.Backends;

/// <summary>The numbers of <see cref="IBackend{T}.AdamStep"/>, the same for all elements.</summary>
/// <param name="Beta1">β₁, the weight of the past in m, from 0 to below 1.</param>
/// <param name="Beta2">β₂, the weight of the past in v, from 0 to below 1.</param>
/// <param name="Eta">η, the factor of m: the learning rate over 1 - β₁ᵗ.</param>
/// <param name="Root">r, above 0: √(1 - β₂ᵗ).</param>
/// <param name="Delta">δ, above 0, in the unit of g.</param>
public readonly record struct AdamFactors<T>(T Beta1, T Beta2, T Eta, T Root, T Delta) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
