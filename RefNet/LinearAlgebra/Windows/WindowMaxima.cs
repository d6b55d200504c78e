using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RefNet.Geometry;

namespace RefNet.LinearAlgebra;

/// <summary>
/// The largest element of each sliding window of a plane, and where it stands. Padding never wins; of equal elements the
/// first in row-major order wins; NaN wins over numbers.
/// </summary>
internal static class WindowMaxima
{
    /// <summary>Writes the largest element of each window and its place in the plane.</summary>
    public static void Find<T>(ReadOnlySpan<T> plane, int height, int width, PoolingGeometry geometry, Span<T> maxima, Span<int> places)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int columns) = geometry.Output(height, width);
        for (int i = 0; i < rows; i++)
        {
            (int top, int bottom) = PoolingGeometry.Cover(geometry.Rows, i, height);
            int first = i * columns, from = 0, to = 0;
            if (typeof(T) == typeof(float))
                (from, to) = FindInRegisters(MemoryMarshal.Cast<T, float>(plane), top, bottom, width, geometry.Columns, MemoryMarshal.Cast<T, float>(maxima.Slice(first, columns)), places.Slice(first, columns));
            FindEach(plane, top, bottom, width, geometry.Columns, maxima.Slice(first, columns), places.Slice(first, columns), 0, from);
            FindEach(plane, top, bottom, width, geometry.Columns, maxima.Slice(first, columns), places.Slice(first, columns), to, columns);
        }
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

    // Eight windows at once, where they do not touch the padding and registers do not read beyond the plane.
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
