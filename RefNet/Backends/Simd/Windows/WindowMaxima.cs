using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RefNet.Geometry;

namespace RefNet.Backends.Simd;

/// <summary>
/// The largest element of each sliding window of planes that stand one after another, and where it stands. Padding never
/// wins; of equal elements the first in row-major order wins; NaN wins over numbers.
/// </summary>
internal static class WindowMaxima
{
    /// <summary>Writes the largest element of each window, and where it stands, counted from the start of the first plane.</summary>
    public static unsafe void Find<T>(ReadOnlySpan<T> planes, int height, int width, PoolingGeometry geometry, Span<T> maxima, Span<int> places)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float) && PairSums.Fit(geometry, height, width))
        {
            fixed (T* source = planes, target = maxima[..(planes.Length / 4)])
            fixed (int* place = places[..(planes.Length / 4)])
                PairMaxima.Find((float*)source, planes.Length / (2 * width), width / 2, (float*)target, place);
            return;
        }

        (int rows, int columns) = geometry.Output(height, width);
        for (int i = 0; i < planes.Length / (height * width) * rows; i++)
        {
            (int top, int bottom) = PoolingGeometry.Cover(geometry.Rows, i % rows, height);
            (top, bottom) = (top + i / rows * height, bottom + i / rows * height);
            int first = i * columns, from = 0, to = 0;
            if (typeof(T) == typeof(float))
                (from, to) = FindInRegisters(MemoryMarshal.Cast<T, float>(planes), top, bottom, width, geometry.Columns, MemoryMarshal.Cast<T, float>(maxima.Slice(first, columns)), places.Slice(first, columns));
            FindEach(planes, top, bottom, width, geometry.Columns, maxima.Slice(first, columns), places.Slice(first, columns), 0, from);
            FindEach(planes, top, bottom, width, geometry.Columns, maxima.Slice(first, columns), places.Slice(first, columns), to, columns);
        }
    }

    /// <summary>Adds each value to the element that was the largest of its window, and writes 0 elsewhere.</summary>
    public static unsafe void Spread<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> places, int height, int width, PoolingGeometry geometry, Span<T> planes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float) && PairSums.Fit(geometry, height, width))
        {
            fixed (T* source = values[..(planes.Length / 4)], target = planes)
            fixed (int* place = places[..(planes.Length / 4)])
                PairMaxima.Spread((float*)source, place, planes.Length / (2 * width), width / 2, (float*)target);
            return;
        }

        planes.Clear();
        for (int i = 0; i < places.Length; i++)
            planes[places[i]] += values[i];
    }

    // The windows from one column to another, one at a time.
    private static void FindEach<T>(ReadOnlySpan<T> plane, int top, int bottom, int width, Window window, Span<T> maxima, Span<int> places, int from, int to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int j = from; j < to; j++)
        {
            (int left, int right) = PoolingGeometry.Cover(window, j, width);
            int winner = top * width + left;
            for (int row = top; row < bottom; row++)
            {
                for (int k = row * width + left; k < row * width + right; k++)
                {
                    if (plane[k] > plane[winner] || T.IsNaN(plane[k]))
                        winner = k;
                }
            }

            maxima[j] = plane[winner];
            places[j] = winner;
        }
    }

    // Eight windows at once, where they do not touch the padding and registers do not read beyond the last plane.
    private static (int From, int To) FindInRegisters(ReadOnlySpan<float> plane, int top, int bottom, int width, Window window, Span<float> maxima, Span<int> places)
    {
        int count = Vector256<float>.Count, stride = window.Stride;
        int from = (window.Before + stride - 1) / stride;
        int to = Math.Min(maxima.Length, (width + window.Before - window.Size) / stride + 1);
        int lastRead = (bottom - 1) * width + (to - count) * stride - window.Before + window.Size - 1 + stride * count - 1;
        if (stride > 2 || to - from < count || lastRead >= plane.Length)
            return (0, 0);

        ref float source = ref MemoryMarshal.GetReference(plane);
        Vector256<int> lanes = Vector256<int>.Indices * stride;
        for (int j = from; j < to; j += count)
        {
            j = Math.Min(j, to - count); // the last register overlaps the one before it, and writes the same there
            int first = top * width + j * stride - window.Before;
            Vector256<float> maximum = Vector256.Create(float.NegativeInfinity);
            Vector256<int> winner = Vector256.Create(first) + lanes;
            for (int row = top; row < bottom; row++, first += width)
            {
                for (int v = 0; v < window.Size; v++)
                {
                    Vector256<float> x = Vector256.LoadUnsafe(ref source, (nuint)(first + v));
                    if (stride == 2)
                        x = EveryOther.Split(x, Vector256.LoadUnsafe(ref source, (nuint)(first + v + count))).Even;
                    Vector256<float> wins = Vector256.GreaterThan(x, maximum) | ~Vector256.Equals(x, x);
                    maximum = Vector256.ConditionalSelect(wins, x, maximum);
                    winner = Vector256.ConditionalSelect(wins.AsInt32(), Vector256.Create(first + v) + lanes, winner);
                }
            }

            maximum.CopyTo(maxima[j..]);
            winner.CopyTo(places[j..]);
        }

        return (from, to);
    }
}
