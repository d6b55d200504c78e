using System.Numerics;
using RefNet.Tensors;

namespace RefNet.LinearAlgebra;

/// <summary>The managed matrix product of the engine.</summary>
public sealed class SimdGemm<T> : IGemm<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReferenceGemm<T> reference = new();

    /// <inheritdoc/>
    public string Name => "simd";

    /// <inheritdoc/>
    public void Multiply(T alpha, Matrix<T> a, Matrix<T> b, T beta, Matrix<T> c) => reference.Multiply(alpha, a, b, beta, c);
}
