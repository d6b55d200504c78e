using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.LinearAlgebra;

/// <summary>The matrix products as the layers write them.</summary>
public static class Gemm
{
    /// <summary>C = A B.</summary>
    public static void Multiply<T>(this IGemm<T> gemm, Matrix<T> a, Matrix<T> b, Matrix<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => gemm.Multiply(T.One, a, b, T.Zero, c);

    /// <summary>C += A B.</summary>
    public static void MultiplyAdd<T>(this IGemm<T> gemm, Matrix<T> a, Matrix<T> b, Matrix<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => gemm.Multiply(T.One, a, b, T.One, c);

    /// <summary>The products of a convolution layer: the backend's own, or matrix products of columns.</summary>
    public static IConvolution<T> Convolution<T>(this IGemm<T> gemm, ConvolutionGeometry geometry, int groups)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        gemm is IConvolutionBackend<T> backend ? backend.Convolution(geometry, groups) : new ColumnConvolution<T>(geometry, groups, gemm);

    /// <summary>Checks that C = A B has matching extents.</summary>
    /// <exception cref="ArgumentException">They do not match.</exception>
    public static void CheckExtents<T>(Matrix<T> a, Matrix<T> b, Matrix<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (a.Columns != b.Rows || c.Rows != a.Rows || c.Columns != b.Columns)
            throw new ArgumentException($"C = A B needs (MxK)(KxN) = MxN; found ({a.Rows}x{a.Columns})({b.Rows}x{b.Columns}) = {c.Rows}x{c.Columns}.");
    }
}
