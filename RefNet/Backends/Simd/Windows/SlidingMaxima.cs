using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RefNet.Geometry;

namespace RefNet.Backends.Simd;

/// <summary>
/// Maxima of windows that may overlap, eight windows at a time: first along each row of the plane, which vertically
/// overlapping windows share, then of these down the columns.
/// </summary>
/// <remarks>Earlier elements of a row, and earlier rows, are visited first, so the first of equal elements in row-major order wins.</remarks>
internal static unsafe class SlidingMaxima
{
    private const int Lanes = 8;

    /// <summary>Whether this algorithm supports such windows.</summary>
    public static bool Suit(PoolingGeometry geometry) => geometry.Columns.Stride <= 2;

    /// <summary>Writes the largest element of each window of one plane, and its index.</summary>
    /// <param name="plane">The elements of the plane.</param>
    /// <param name="firstPlace">The index of the first of them.</param>
    /// <param name="height">The rows of the plane.</param>
    /// <param name="width">The columns of the plane.</param>
    /// <param name="geometry">The windows, of a stride of 1 or 2 along the rows.</param>
    /// <param name="maxima">One maximum per window.</param>
    /// <param name="places">One index per window.</param>
    public static void Find(float* plane, int firstPlace, int height, int width, PoolingGeometry geometry, float* maxima, int* places)
    {
        (int rows, int columns) = geometry.Output(height, width);
        Window down = geometry.Rows, right = geometry.Columns;
        int pitch = (columns + Lanes - 1) / Lanes * Lanes, padded = right.Before + Math.Max(width, right.Stride * pitch + right.Size + Lanes);
        using Scratch<float> scratch = new(padded + 2 * height * pitch);
        scratch.Span[..padded].Fill(float.NegativeInfinity);
        fixed (float* row = scratch.Span)
        {
            float* largest = row + padded; // of each row of the plane
            int* winners = (int*)(largest + height * pitch);
            FindInRows(plane, firstPlace, height, width, right, row, pitch, largest, winners);
            for (int i = 0; i < rows; i++)
            {
                (int top, int bottom) = PoolingGeometry.Cover(down, i, height);
                FindInColumns(largest + top * pitch, winners + top * pitch, bottom - top, pitch, columns, maxima + i * columns, places + i * columns);
            }
        }
    }

    // Computes the maxima along all rows of the plane, each copied between its padding.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FindInRows(float* plane, int place, int height, int width, Window window, float* row, int pitch, float* largest, int* winners)
    {
        (int size, int stride, int before) = (window.Size, window.Stride, window.Before);
        Vector256<int> steps = Vector256<int>.Indices * stride - Vector256.Create(before);
        for (int i = 0; i < height; i++, plane += width, place += width, largest += pitch, winners += pitch)
        {
            new ReadOnlySpan<float>(plane, width).CopyTo(new Span<float>(row + before, width));
            for (int j = 0; j < pitch; j += Lanes)
            {
                float* first = row + j * stride;
                Vector256<int> at = steps + Vector256.Create(place + j * stride);
                Vector256<float> maximum = Vector256.Create(float.NegativeInfinity);
                Vector256<int> winner = Vector256.Max(at, Vector256.Create(place)); // the first element of the window, if all are minus infinity
                for (int v = 0; v < size; v++, at += Vector256<int>.One)
                {
                    Vector256<float> x = Vector256.Load(first + v);
                    if (stride == 2)
                        x = EveryOther.Split(x, Vector256.Load(first + v + Lanes)).Even;
                    Challenge(x, at, ref maximum, ref winner);
                }

                maximum.Store(largest + j);
                winner.Store(winners + j);
            }
        }
    }

    // Computes a row of the result from some rows of such maxima; its last register overlaps the one before it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FindInColumns(float* largest, int* winners, int rows, int pitch, int columns, float* maxima, int* places)
    {
        for (int j = 0; j < columns; j += Lanes)
        {
            j = Math.Max(0, Math.Min(j, columns - Lanes));
            Vector256<float> maximum = Vector256.Load(largest + j);
            Vector256<int> winner = Vector256.Load(winners + j);
            for (int i = 1; i < rows; i++)
                Challenge(Vector256.Load(largest + i * pitch + j), Vector256.Load(winners + i * pitch + j), ref maximum, ref winner);
            if (columns < Lanes)
            {
                for (; j < columns; j++)
                    (maxima[j], places[j]) = (maximum[j], winner[j]);
                return;
            }

            maximum.Store(maxima + j);
            winner.Store(places + j);
        }
    }

    /// <summary>Of equal elements the earlier stays; NaN wins over numbers, and the last of several NaNs wins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Challenge(Vector256<float> x, Vector256<int> place, ref Vector256<float> maximum, ref Vector256<int> winner)
    {
        Vector256<float> wins = Vector256.GreaterThan(x, maximum) | ~Vector256.Equals(x, x);
        maximum = Vector256.ConditionalSelect(wins, x, maximum);
        winner = Vector256.ConditionalSelect(wins.AsInt32(), place, winner);
    }
}
