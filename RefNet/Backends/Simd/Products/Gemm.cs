using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>What every <see cref="IGemm{T}"/> shares: the two products that layers need, and the check of extents.</summary>
public static class Gemm
{
    /// <summary>C = A B.</summary>
    internal static void Multiply<T>(this IGemm<T> gemm, Matrix<T> a, Matrix<T> b, Matrix<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => gemm.Multiply(T.One, a, b, T.Zero, c);

    /// <summary>C += A B.</summary>
    internal static void MultiplyAdd<T>(this IGemm<T> gemm, Matrix<T> a, Matrix<T> b, Matrix<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => gemm.Multiply(T.One, a, b, T.One, c);

    /// <summary>Checks that C = A B has matching extents.</summary>
    /// <exception cref="ArgumentException">The extents do not match.</exception>
    public static void CheckExtents<T>(Matrix<T> a, Matrix<T> b, Matrix<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (a.Columns != b.Rows || c.Rows != a.Rows || c.Columns != b.Columns)
            throw new ArgumentException($"C = A B needs (MxK)(KxN) = MxN; found ({a.Rows}x{a.Columns})({b.Rows}x{b.Columns}) = {c.Rows}x{c.Columns}.");
    }
}
