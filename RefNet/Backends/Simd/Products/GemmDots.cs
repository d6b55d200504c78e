using System.Numerics;
using System.Runtime.CompilerServices;

namespace RefNet.Backends.Simd;

/// <summary>
/// A rectangle of C where rows of A and columns of B are long and contiguous in memory, and C is small: the gradient
/// of a convolution's weights, dW = dY colsᵀ, or one sample in a fully connected layer. Each element of C is the dot
/// product of two contiguous vectors, and copying B into strips would cost more than the products.
/// </summary>
internal static unsafe class GemmDots<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // This many products of 8 rows of A stay in the second-level cache. It determines the order of additions.
    private const int MaxInner = 2048;

    /// <summary>Whether dot products are faster; depends only on the shapes.</summary>
    public static bool Suit(int rows, int columns, int inner) => Math.Min(rows, columns) <= Math.Min(32, inner / 10);

    /// <summary>Computes all products that fill whole registers, and returns their number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Multiply(GemmProduct<T> product, int rowStart, int rowEnd, int columnStart, int columnEnd, T* sums)
    {
        if (!product.AsDots)
            return 0;
        GemmKernel<T> kernel = product.Kernel;
        int whole = product.Inner - product.Inner % kernel.NarrowColumns;
        GemmTile<T> tile = default;
        tile.ARowStride = product.A.RowStride;
        tile.BStep = product.B.ColumnStride;
        tile.C = sums;
        tile.CRowStride = kernel.DotColumns;
        tile.Segments = 1;
        for (int k = 0; k < whole; k += tile.Inner)
        {
            tile.Inner = Math.Min(MaxInner, whole - k);
            T beta = k == 0 ? product.Beta : T.One;
            for (int j = columnStart; j < columnEnd; j += kernel.DotColumns)
            {
                tile.B = product.B.At(k, j);
                int columns = Math.Min(kernel.DotColumns, columnEnd - j);
                for (int i = rowStart; i < rowEnd; i += kernel.Rows)
                {
                    tile.A = product.A.At(i, k);
                    tile.Rows = Math.Min(kernel.Rows, rowEnd - i);
                    kernel.MultiplyDot(tile, columns);
                    Store(tile, kernel.DotColumns, columns, product.Alpha, beta, product.C, i, j);
                }
            }
        }

        return whole;
    }

    // C = alpha sums + beta C
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store(in GemmTile<T> tile, int dotColumns, int columns, T alpha, T beta, Strided<T> c, int row, int column)
    {
        for (int i = 0; i < tile.Rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                T sum = alpha * tile.C[i * dotColumns + j];
                T* element = c.At(row + i, column + j);
                *element = beta == T.Zero ? sum : sum + beta * *element;
            }
        }
    }
}
