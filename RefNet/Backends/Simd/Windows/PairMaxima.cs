using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RefNet.Backends.Simd;

/// <summary>
/// Maxima of adjacent 2x2 windows that fill their plane, and their gradient, eight windows at a time.
/// </summary>
/// <remarks>
/// As in <see cref="PairSums"/>, what a register writes into the next row is overwritten when that row is computed.
/// </remarks>
internal static unsafe class PairMaxima
{
    /// <summary>Writes the largest element of each window, and its index in the plane.</summary>
    /// <param name="plane">2 rows x 2 columns elements.</param>
    /// <param name="rows">The rows of the maxima.</param>
    /// <param name="columns">The columns of the maxima.</param>
    /// <param name="maxima">Rows x columns elements.</param>
    /// <param name="places">Rows x columns indices.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Find(float* plane, int rows, int columns, float* maxima, int* places)
    {
        int width = 2 * columns, lanes = Vector256<float>.Count, whole = PairSums.WholeRegisters<float>(columns), k = 0;
        for (; k + whole <= rows * columns; k += columns)
        {
            for (int j = 0; j < whole; j += lanes)
            {
                int at = 4 * k + 2 * j;
                (Vector256<float> x0, Vector256<float> x1) = EveryOther.Split(Vector256.Load(plane + at), Vector256.Load(plane + at + lanes));
                (Vector256<float> x2, Vector256<float> x3) = EveryOther.Split(Vector256.Load(plane + at + width), Vector256.Load(plane + at + width + lanes));
                Vector256<int> place = Vector256.Create(at) + Vector256<int>.Indices * 2, winner = place;
                SlidingMaxima.Challenge(x1, place + Vector256<int>.One, ref x0, ref winner);
                SlidingMaxima.Challenge(x2, place + Vector256.Create(width), ref x0, ref winner);
                SlidingMaxima.Challenge(x3, place + Vector256.Create(width + 1), ref x0, ref winner);
                x0.Store(maxima + k + j);
                winner.Store(places + k + j);
            }
        }

        for (; k < rows * columns; k++)
        {
            int first = 2 * k + k / columns * width, winner = first;
            foreach (int at in (ReadOnlySpan<int>)[first + 1, first + width, first + width + 1])
            {
                if (plane[at] > plane[winner] || float.IsNaN(plane[at]))
                    winner = at;
            }

            (maxima[k], places[k]) = (plane[winner], winner);
        }
    }

    /// <summary>Writes each value to the position of its maximum, and 0 everywhere else.</summary>
    /// <param name="values">Rows x columns elements.</param>
    /// <param name="places">The result of <see cref="Find"/>.</param>
    /// <param name="rows">The rows of the values.</param>
    /// <param name="columns">The columns of the values.</param>
    /// <param name="plane">2 rows x 2 columns elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread(float* values, int* places, int rows, int columns, float* plane)
    {
        int width = 2 * columns, lanes = Vector256<float>.Count, whole = PairSums.WholeRegisters<float>(columns), k = 0;
        for (; k + whole <= rows * columns; k += columns)
        {
            for (int row = 4 * k; row <= 4 * k + width; row += width)
            {
                for (int j = 0; j < whole; j += lanes)
                {
                    Vector256<float> value = Vector256.Load(values + k + j);
                    Vector256<int> distance = Vector256.Load(places + k + j) - Vector256.Create(row + 2 * j) - Vector256<int>.Indices * 2;
                    Vector256<float> even = value & Vector256.Equals(distance, Vector256<int>.Zero).AsSingle();
                    Vector256<float> odd = value & Vector256.Equals(distance, Vector256<int>.One).AsSingle();
                    (Vector256<float> first, Vector256<float> second) = EveryOther.Join(even, odd);
                    first.Store(plane + row + 2 * j);
                    second.Store(plane + row + 2 * j + lanes);
                }
            }
        }

        new Span<float>(plane + 4 * k, 4 * (rows * columns - k)).Clear();
        for (; k < rows * columns; k++)
            plane[places[k]] = values[k];
    }
}
