using System.Numerics;
using System.Runtime.CompilerServices;

namespace RefNet.Backends.Simd;

/// <summary>Products that are wider than a tile, or are added to sums.</summary>
internal static class GemmStrips
{
    // At least the number that a kernel computes at once.
    private const int MaxDots = 64;

    /// <summary>
    /// Computes any number of rows and columns, one strip of columns after another; B and C of the tile point to column 0, A and C to row 0.
    /// </summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="tile">The product.</param>
    /// <param name="rows">The number of rows of C.</param>
    /// <param name="columns">The number of columns, a multiple of <see cref="GemmKernel{T}.NarrowColumns"/>.</param>
    public static unsafe void MultiplyStrips<T>(this GemmKernel<T> kernel, ref GemmTile<T> tile, int rows, int columns) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* b = tile.B, c = tile.C;
        for (int column = 0; column < columns;)
        {
            bool wide = columns - column >= kernel.WideColumns;
            tile.B = b + column;
            tile.C = c + column;
            kernel.MultiplyStrip(ref tile, rows, wide);
            column += wide ? kernel.WideColumns : kernel.NarrowColumns;
        }

        tile.B = b;
        tile.C = c;
    }

    /// <summary>Adds dot products to sums: element (i, j) of the result of <see cref="GemmKernel{T}.MultiplyDot"/> to sums[i*rowStride + j].</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="tile">The product; its C is overwritten.</param>
    /// <param name="columns">The number of columns, up to <see cref="GemmKernel{T}.DotColumns"/>.</param>
    /// <param name="sums">The sum of row 0 and column 0.</param>
    /// <param name="rowStride">The distance between the sums of two rows.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void AddDots<T>(this GemmKernel<T> kernel, ref GemmTile<T> tile, int columns, T* sums, nint rowStride) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* dots = stackalloc T[MaxDots];
        tile.C = dots;
        kernel.MultiplyDot(tile, columns);
        for (int i = 0; i < tile.Rows; i++, sums += rowStride, dots += kernel.DotColumns)
        {
            for (int j = 0; j < columns; j++)
                sums[j] += dots[j];
        }
    }
}
