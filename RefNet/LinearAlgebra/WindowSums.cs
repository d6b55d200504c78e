using System.Numerics;
using RefNet.Geometry;

namespace RefNet.LinearAlgebra;

/// <summary>Sums over sliding windows of one plane of an image, and their adjoint; padding counts as 0.</summary>
internal static class WindowSums
{
    /// <summary>Writes the sum of each window.</summary>
    public static void Sum<T>(ReadOnlySpan<T> plane, int height, int width, PoolingGeometry geometry, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int outputRows, int outputColumns) = geometry.Output(height, width);
        sums.Clear();
        for (int i = 0; i < outputRows; i++)
        {
            Span<T> sumsOfRow = sums.Slice(i * outputColumns, outputColumns);
            (int start, int end) = PoolingGeometry.Cover(geometry.Rows, i, height);
            for (int row = start; row < end; row++)
            {
                for (int v = 0; v < geometry.Columns.Size; v++)
                    Taps(geometry, v, outputColumns, width).AddTo(plane.Slice(row * width, width), sumsOfRow);
            }
        }
    }

    /// <summary>The adjoint of <see cref="Sum"/>: each element gets the sum of the values of the windows that it lies in.</summary>
    public static void Spread<T>(ReadOnlySpan<T> values, PoolingGeometry geometry, Span<T> plane, int height, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int outputRows, int outputColumns) = geometry.Output(height, width);
        plane.Clear();
        for (int i = 0; i < outputRows; i++)
        {
            ReadOnlySpan<T> valuesOfRow = values.Slice(i * outputColumns, outputColumns);
            (int start, int end) = PoolingGeometry.Cover(geometry.Rows, i, height);
            for (int row = start; row < end; row++)
            {
                for (int v = 0; v < geometry.Columns.Size; v++)
                    Taps(geometry, v, outputColumns, width).AddBack(valuesOfRow, plane.Slice(row * width, width));
            }
        }
    }

    private static RowTaps Taps(PoolingGeometry geometry, int v, int outputColumns, int width) =>
        new(v - geometry.Columns.Before, geometry.Columns, outputColumns, width);
}
