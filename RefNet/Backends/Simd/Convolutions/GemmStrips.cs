using System.Numerics;
using System.Runtime.CompilerServices;

namespace RefNet.Backends.Simd;

/// <summary>Products that are wider than a tile, or are added to sums.</summary>
internal static class GemmStrips
{
    // As many as a kernel computes at once, or more.
    private const int MaxDots = 64;

    /// <summary>
    /// Computes any number of rows and of columns, strip beside strip; B and C of the tile stand at column 0, A and C at row 0.
    /// </summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="tile">The product.</param>
    /// <param name="rows">How many rows C has.</param>
    /// <param name="columns">How many columns, a multiple of <see cref="GemmKernel{T}.NarrowColumns"/>.</param>
    public static unsafe void MultiplyStrips<T>(this GemmKernel<T> kernel, GemmTile<T> tile, int rows, int columns) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        while (columns > 0)
        {
            bool wide = columns >= kernel.WideColumns;
            int strip = wide ? kernel.WideColumns : kernel.NarrowColumns;
            kernel.MultiplyStrip(tile, rows, wide);
            tile.B += strip;
            tile.C += strip;
            columns -= strip;
        }
    }

    /// <summary>Adds dot products to sums: element (i, j) of what <see cref="GemmKernel{T}.MultiplyDot"/> gives to sums[i*rowStride + j].</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="tile">The product; its C is overwritten.</param>
    /// <param name="columns">How many columns, up to <see cref="GemmKernel{T}.DotColumns"/>.</param>
    /// <param name="sums">The sum of row 0 and column 0.</param>
    /// <param name="rowStride">How far apart the sums of two rows stand.</param>
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
