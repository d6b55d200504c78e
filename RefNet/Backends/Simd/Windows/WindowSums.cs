using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RefNet.Geometry;

namespace RefNet.Backends.Simd;

/// <summary>Sums over sliding windows of planes of one size, and their adjoint; padding counts as 0.</summary>
/// <remarks>
/// The rows of a window are summed first, over their whole width, into one row with zeros on both sides for the
/// padding; then the columns of that row are summed.
/// </remarks>
internal readonly ref struct WindowSums<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PoolingGeometry geometry;
    private readonly int height, width, rows, columns;
    private readonly Scratch<T> scratch;
    private readonly Span<T> paddedRow;
    private readonly Span<T> row; // the part of it inside the image

    /// <summary>Prepares for planes of the given size.</summary>
    public WindowSums(PoolingGeometry geometry, int height, int width)
    {
        this.geometry = geometry;
        (this.height, this.width) = (height, width);
        (rows, columns) = geometry.Output(height, width);

        // A window may extend past the padding at the end (see Rounding.Ceiling), and registers read beyond the last window.
        int reach = geometry.Columns.Before + Math.Max(width, columns * geometry.Columns.Stride) + geometry.Columns.Size;
        scratch = new Scratch<T>(reach + 2 * Vector256<T>.Count);
        paddedRow = scratch.Span;
        row = paddedRow.Slice(geometry.Columns.Before, width);
    }

    /// <summary>Returns the memory.</summary>
    public void Dispose() => scratch.Dispose();

    // The common case, worth its own code.
    private bool ArePairs => PairSums.Fit(geometry, height, width);

    /// <summary>Writes the sum of each window, of consecutive planes.</summary>
    public void Sum(ReadOnlySpan<T> planes, Span<T> sums)
    {
        if (ArePairs)
        {
            SumPairs(planes, T.One, sums);
            return;
        }

        for (int plane = 0; plane < planes.Length / (height * width); plane++)
            SumPlane(planes.Slice(plane * height * width, height * width), sums.Slice(plane * rows * columns, rows * columns));
    }

    /// <summary>Writes the mean of each window, of consecutive planes.</summary>
    /// <param name="planes">The planes.</param>
    /// <param name="reciprocalCounts">1 / the number of cells, for each window of a plane.</param>
    /// <param name="means">One per window.</param>
    public void Mean(ReadOnlySpan<T> planes, ReadOnlySpan<T> reciprocalCounts, Span<T> means)
    {
        if (ArePairs)
        {
            SumPairs(planes, reciprocalCounts[0], means); // all have four cells
            return;
        }

        Sum(planes, means);
        for (int start = 0; start < means.Length; start += rows * columns)
        {
            Span<T> plane = means.Slice(start, rows * columns);
            TensorPrimitives.Multiply(plane, reciprocalCounts, plane);
        }
    }

    /// <summary>The adjoint of <see cref="Sum"/>: each element receives the sum of the values of all windows that contain it.</summary>
    public void Spread(ReadOnlySpan<T> values, Span<T> planes)
    {
        if (ArePairs)
        {
            SpreadPairs(values, T.One, planes);
            return;
        }

        for (int plane = 0; plane < planes.Length / (height * width); plane++)
            SpreadPlane(values.Slice(plane * rows * columns, rows * columns), planes.Slice(plane * height * width, height * width));
    }

    /// <summary>The adjoint of <see cref="Mean"/>.</summary>
    public void SpreadMean(ReadOnlySpan<T> values, ReadOnlySpan<T> reciprocalCounts, Span<T> planes)
    {
        if (ArePairs)
        {
            SpreadPairs(values, reciprocalCounts[0], planes);
            return;
        }

        using Scratch<T> shares = new(rows * columns);
        for (int plane = 0; plane < planes.Length / (height * width); plane++)
        {
            TensorPrimitives.Multiply(values.Slice(plane * rows * columns, rows * columns), reciprocalCounts, shares.Span);
            SpreadPlane(shares.Span, planes.Slice(plane * height * width, height * width));
        }
    }

    // All planes as one tall plane.
    private unsafe void SumPairs(ReadOnlySpan<T> planes, T factor, Span<T> sums)
    {
        int allRows = planes.Length / (2 * width);
        fixed (T* source = planes, target = sums[..(allRows * columns)])
            PairSums.Sum(source, allRows, columns, factor, target);
    }

    private unsafe void SpreadPairs(ReadOnlySpan<T> values, T factor, Span<T> planes)
    {
        int allRows = planes.Length / (2 * width);
        fixed (T* source = values[..(allRows * columns)], target = planes)
            PairSums.Spread(source, allRows, columns, factor, target);
    }

    private void SumPlane(ReadOnlySpan<T> plane, Span<T> sums)
    {
        paddedRow.Clear();
        for (int i = 0; i < rows; i++)
        {
            (int top, int bottom) = PoolingGeometry.Cover(geometry.Rows, i, height);
            plane.Slice(top * width, width).CopyTo(row);
            for (int r = top + 1; r < bottom; r++)
                TensorPrimitives.Add(row, plane.Slice(r * width, width), row);
            SumColumns(sums.Slice(i * columns, columns));
        }
    }

    private void SpreadPlane(ReadOnlySpan<T> values, Span<T> plane)
    {
        int written = 0; // rows of the plane written so far
        for (int i = 0; i < rows; i++)
        {
            paddedRow.Clear();
            SpreadColumns(values.Slice(i * columns, columns));
            (int top, int bottom) = PoolingGeometry.Cover(geometry.Rows, i, height);
            if (top > written)
                plane[(written * width)..(top * width)].Clear(); // between windows with gaps
            for (int r = top; r < bottom; r++)
            {
                Span<T> target = plane.Slice(r * width, width);
                if (r < written)
                    TensorPrimitives.Add(target, row, target);
                else
                    row.CopyTo(target);
            }

            written = Math.Max(written, bottom);
        }

        plane[(written * width)..].Clear();
    }

    // sums_j = sum over v of paddedRow_(j stride + v)
    private void SumColumns(Span<T> sums)
    {
        int size = geometry.Columns.Size, stride = geometry.Columns.Stride, j = 0;
        ref T source = ref MemoryMarshal.GetReference(paddedRow);
        if (stride <= 2 && columns >= Vector256<T>.Count)
        {
            while (j < columns)
            {
                j = Math.Min(j, columns - Vector256<T>.Count); // the last register overlaps the one before it and writes the same values there
                Vector256<T> sum = Vector256<T>.Zero;
                for (int v = 0; v < size; v++)
                    sum += stride == 1 ? Load(ref source, j + v) : EveryOther.Split(Load(ref source, 2 * j + v), Load(ref source, 2 * j + v + Vector256<T>.Count)).Even;
                sum.CopyTo(sums[j..]);
                j += Vector256<T>.Count;
            }

            return;
        }

        for (; j < columns; j++)
        {
            T sum = T.Zero;
            foreach (T value in paddedRow.Slice(j * stride, size))
                sum += value;
            sums[j] = sum;
        }
    }

    // paddedRow_(j stride + v) += values_j for each v
    private void SpreadColumns(ReadOnlySpan<T> values)
    {
        int size = geometry.Columns.Size, stride = geometry.Columns.Stride, j = 0;
        ref T target = ref MemoryMarshal.GetReference(paddedRow);
        if (stride <= 2 && columns >= Vector256<T>.Count)
        {
            while (j < columns)
            {
                int done = j;
                j = Math.Min(j, columns - Vector256<T>.Count); // the last register overlaps the one before it, and adds 0 there
                Vector256<T> isNew = Vector256.GreaterThanOrEqual(Vector256<T>.Indices, Vector256.Create(T.CreateTruncating(done - j)));
                Vector256<T> value = Vector256.Create<T>(values[j..]) & isNew;
                (Vector256<T> first, Vector256<T> second) = EveryOther.Twice(value);                 // for two taps at once
                (Vector256<T> lastFirst, Vector256<T> lastSecond) = EveryOther.Join(value, Vector256<T>.Zero);
                for (int v = 0; v < size; v += stride)
                {
                    if (stride == 1)
                    {
                        AddTo(ref target, j + v, value);
                        continue;
                    }

                    AddTo(ref target, 2 * j + v, v + 1 < size ? first : lastFirst);
                    AddTo(ref target, 2 * j + v + Vector256<T>.Count, v + 1 < size ? second : lastSecond);
                }

                j += Vector256<T>.Count;
            }
        }

        for (; j < columns; j++)
        {
            foreach (ref T element in paddedRow.Slice(j * stride, size))
                element += values[j];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Load(ref T source, int offset) => Vector256.LoadUnsafe(ref source, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(ref T target, int offset, Vector256<T> value) => (Load(ref target, offset) + value).StoreUnsafe(ref target, (nuint)offset);
}
