using System.Numerics;
using RefNet.Geometry;

namespace RefNet.LinearAlgebra;

/// <summary>
/// What one tap of a sliding window reads along one row of an image: elements first, first + stride, ..., one for each
/// output column. Those that lie in the padding read as 0.
/// </summary>
internal readonly struct RowTaps
{
    private readonly int first;
    private readonly int stride;

    // The output columns from start up to end read inside the row.
    private readonly int start;
    private readonly int end;

    /// <param name="first">The element that output column 0 reads; it may lie outside the row.</param>
    /// <param name="window">How the window slides to the right.</param>
    /// <param name="count">The number of output columns.</param>
    /// <param name="width">The number of elements of the row.</param>
    public RowTaps(int first, Window window, int count, int width)
    {
        this.first = first;
        stride = window.Stride;
        start = Math.Min(count, first >= 0 ? 0 : (-first + stride - 1) / stride);
        end = Math.Max(start, first < width ? Math.Min(count, (width - 1 - first) / stride + 1) : 0);
    }

    /// <summary>target_j = row_(first + j stride).</summary>
    public void Copy<T>(ReadOnlySpan<T> row, Span<T> target) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        target[..start].Clear();
        target[end..].Clear();
        if (stride == 1)
        {
            Dense(row).CopyTo(target[start..]);
            return;
        }

        for (int j = start; j < end; j++)
            target[j] = row[first + j * stride];
    }

    /// <summary>target_j += row_(first + j stride).</summary>
    public void AddTo<T>(ReadOnlySpan<T> row, Span<T> target) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (stride == 1)
        {
            TensorPrimitives.Add(target[start..end], Dense(row), target[start..end]);
            return;
        }

        for (int j = start; j < end; j++)
            target[j] += row[first + j * stride];
    }

    /// <summary>The adjoint: row_(first + j stride) += values_j.</summary>
    public void AddBack<T>(ReadOnlySpan<T> values, Span<T> row) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (stride == 1)
        {
            Span<T> target = end == start ? [] : row.Slice(first + start, end - start);
            TensorPrimitives.Add(target, values[start..end], target);
            return;
        }

        for (int j = start; j < end; j++)
            row[first + j * stride] += values[j];
    }

    private ReadOnlySpan<T> Dense<T>(ReadOnlySpan<T> row) => end == start ? [] : row.Slice(first + start, end - start);
}
