using System.Numerics;

namespace RefNet.Backends.Simd;

/// <summary>Products that are wider than a tile.</summary>
internal static class GemmStrips
{
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
}
