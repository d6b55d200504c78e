using System.Numerics;
using RefNet.Geometry;

namespace RefNet.LinearAlgebra;

/// <summary>Sums over sliding windows of one plane of an image, and their adjoint; padding counts as 0.</summary>
/// <remarks>The rows of a window are added up first, whole, and the columns then: most of the work is over long runs.</remarks>
internal static class WindowSums
{
    private static readonly Window EachColumn = new(1);

    /// <summary>Writes the sum of each window.</summary>
    public static void Sum<T>(ReadOnlySpan<T> plane, int height, int width, PoolingGeometry geometry, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int outputRows, int outputColumns) = geometry.Output(height, width);
        using Scratch<T> scratch = new(width);
        Span<T> rowSum = scratch.Span;
        RowTaps whole = Whole(width);
        sums.Clear();
        for (int i = 0; i < outputRows; i++)
        {
            (int start, int end) = PoolingGeometry.Cover(geometry.Rows, i, height);
            whole.Copy(plane.Slice(start * width, width), rowSum);
            for (int row = start + 1; row < end; row++)
                whole.AddTo(plane.Slice(row * width, width), rowSum);

            for (int v = 0; v < geometry.Columns.Size; v++)
                Taps(geometry, v, outputColumns, width).AddTo(rowSum, sums.Slice(i * outputColumns, outputColumns));
        }
    }

    /// <summary>The adjoint of <see cref="Sum"/>: each element gets the sum of the values of the windows that it lies in.</summary>
    public static void Spread<T>(ReadOnlySpan<T> values, PoolingGeometry geometry, Span<T> plane, int height, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int outputRows, int outputColumns) = geometry.Output(height, width);
        using Scratch<T> scratch = new(width);
        Span<T> spread = scratch.Span;
        RowTaps whole = Whole(width);
        plane.Clear();
        for (int i = 0; i < outputRows; i++)
        {
            spread.Clear();
            for (int v = 0; v < geometry.Columns.Size; v++)
                Taps(geometry, v, outputColumns, width).AddBack(values.Slice(i * outputColumns, outputColumns), spread);

            (int start, int end) = PoolingGeometry.Cover(geometry.Rows, i, height);
            for (int row = start; row < end; row++)
                whole.AddTo(spread, plane.Slice(row * width, width));
        }
    }

    private static RowTaps Taps(PoolingGeometry geometry, int v, int outputColumns, int width) =>
        new(v - geometry.Columns.Before, geometry.Columns, outputColumns, width);

    private static RowTaps Whole(int width) => new(0, EachColumn, width, width);
}
