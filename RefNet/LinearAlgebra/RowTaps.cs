using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RefNet.Geometry;

namespace RefNet.LinearAlgebra;

/// <summary>
/// What one tap of a sliding window reads along one row of an image: elements first, first + stride, ..., one for each
/// output column. Those that lie in the padding read as 0.
/// </summary>
/// <remarks>
/// Rows of small images are short, 10 to 30 elements, and there are very many of them: a call into a general copying
/// routine for each would take longer than the copy.
/// </remarks>
internal readonly struct RowTaps
{
    private readonly int first;
    private readonly int stride;
    private readonly int count;

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
        this.count = count;
        stride = window.Stride;
        start = Math.Min(count, first >= 0 ? 0 : (-first + stride - 1) / stride);
        end = Math.Max(start, first < width ? Math.Min(count, (width - 1 - first) / stride + 1) : 0);
    }

    private int Inside => end - start;

    /// <summary>target_j = row_(first + j stride).</summary>
    public void Copy<T>(ReadOnlySpan<T> row, Span<T> target) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Inside < count)
        {
            target[..start].Clear();
            target[end..count].Clear();
        }

        ref T from = ref FirstInside(row);
        ref T to = ref MemoryMarshal.GetReference(target[start..end]);
        int j = 0;
        if (stride == 1)
        {
            for (; j <= Inside - Vector128<T>.Count; j += Vector128<T>.Count)
                Vector128.LoadUnsafe(ref from, (nuint)j).StoreUnsafe(ref to, (nuint)j);
        }

        for (; j < Inside; j++)
            Unsafe.Add(ref to, j) = Unsafe.Add(ref from, j * stride);
    }

    /// <summary>target_j += row_(first + j stride).</summary>
    public void AddTo<T>(ReadOnlySpan<T> row, Span<T> target) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T from = ref FirstInside(row);
        ref T to = ref MemoryMarshal.GetReference(target[start..end]);
        int j = 0;
        if (stride == 1)
        {
            for (; j <= Inside - Vector128<T>.Count; j += Vector128<T>.Count)
                (Vector128.LoadUnsafe(ref to, (nuint)j) + Vector128.LoadUnsafe(ref from, (nuint)j)).StoreUnsafe(ref to, (nuint)j);
        }

        for (; j < Inside; j++)
            Unsafe.Add(ref to, j) += Unsafe.Add(ref from, j * stride);
    }

    /// <summary>The adjoint: row_(first + j stride) += values_j.</summary>
    public void AddBack<T>(ReadOnlySpan<T> values, Span<T> row) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T from = ref MemoryMarshal.GetReference(values[start..end]);
        ref T to = ref FirstInside<T>(row);
        int j = 0;
        if (stride == 1)
        {
            for (; j <= Inside - Vector128<T>.Count; j += Vector128<T>.Count)
                (Vector128.LoadUnsafe(ref to, (nuint)j) + Vector128.LoadUnsafe(ref from, (nuint)j)).StoreUnsafe(ref to, (nuint)j);
        }

        for (; j < Inside; j++)
            Unsafe.Add(ref to, j * stride) += Unsafe.Add(ref from, j);
    }

    // The slice checks once that all that is read or written lies in the row.
    private ref T FirstInside<T>(ReadOnlySpan<T> row) =>
        ref MemoryMarshal.GetReference(Inside == 0 ? [] : row.Slice(first + start * stride, (Inside - 1) * stride + 1));
}
