using System.Numerics;
using RefNet.Geometry;

namespace RefNet.LinearAlgebra;

/// <summary>Sums over sliding windows of one plane of an image, and their adjoint; padding counts as 0.</summary>
/// <remarks>The rows of a window are added up first, whole, and the columns then: most of the work is over long runs.</remarks>
internal static class WindowSums
{
    /// <summary>Writes the sum of each window.</summary>
    public static void Sum<T>(ReadOnlySpan<T> plane, int height, int width, PoolingGeometry geometry, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int outputRows, int outputColumns) = geometry.Output(height, width);
        using Scratch<T> rowSums = new(outputRows * width);
        rowSums.Span.Clear();
        for (int u = 0; u < geometry.Rows.Size; u++)
            TapPlanes.AddTo(plane, width, RowTaps(geometry, u, outputRows, height), All(width), rowSums.Span, width);

        sums.Clear();
        for (int v = 0; v < geometry.Columns.Size; v++)
            TapPlanes.AddTo(rowSums.Span, width, All(outputRows), ColumnTaps(geometry, v, outputColumns, width), sums, outputColumns);
    }

    /// <summary>The adjoint of <see cref="Sum"/>: each element gets the sum of the values of the windows that it lies in.</summary>
    public static void Spread<T>(ReadOnlySpan<T> values, PoolingGeometry geometry, Span<T> plane, int height, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int outputRows, int outputColumns) = geometry.Output(height, width);
        using Scratch<T> rowSums = new(outputRows * width);
        rowSums.Span.Clear();
        for (int v = 0; v < geometry.Columns.Size; v++)
            TapPlanes.AddBack(values, outputColumns, All(outputRows), ColumnTaps(geometry, v, outputColumns, width), rowSums.Span, width);

        plane.Clear();
        for (int u = 0; u < geometry.Rows.Size; u++)
            TapPlanes.AddBack(rowSums.Span, width, RowTaps(geometry, u, outputRows, height), All(width), plane, width);
    }

    private static TapRange RowTaps(PoolingGeometry geometry, int u, int outputRows, int height) =>
        new(u - geometry.Rows.Before, geometry.Rows.Stride, outputRows, height);

    private static TapRange ColumnTaps(PoolingGeometry geometry, int v, int outputColumns, int width) =>
        new(v - geometry.Columns.Before, geometry.Columns.Stride, outputColumns, width);

    private static TapRange All(int extent) => new(0, 1, extent, extent);
}
