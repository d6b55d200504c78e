using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>The general matrix product, C = alpha A B + beta C: the basis of the products and convolutions of <see cref="SimdBackend{T}"/>.</summary>
/// <remarks>
/// An implementation gives the same bits for the same operands on any number of threads, may be called from several
/// threads at once, and clears C where beta is 0, even where C holds NaN.
/// </remarks>
public interface IGemm<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A one-word name of this implementation, for tables and messages.</summary>
    string Name { get; }

    /// <summary>C = alpha A B + beta C.</summary>
    /// <param name="alpha">The factor of the product.</param>
    /// <param name="a">M x K, any strides.</param>
    /// <param name="b">K x N, any strides.</param>
    /// <param name="beta">The factor of the present C; 0 means that C is written without being read.</param>
    /// <param name="c">M x N, any strides; it shares no memory with A or B.</param>
    /// <exception cref="ArgumentException">The extents do not match.</exception>
    void Multiply(T alpha, Matrix<T> a, Matrix<T> b, T beta, Matrix<T> c);
}
