using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RefNet.Geometry;

namespace RefNet.Backends.Simd;

/// <summary>
/// Sums over adjacent 2x2 windows, LeNet's pooling, and their adjoint. Consecutive planes are treated as one tall plane.
/// </summary>
/// <remarks>
/// Registers ignore the end of a row: what they write into the next row is overwritten when that row is computed.
/// </remarks>
internal static unsafe class PairSums
{
    /// <summary>Whether the windows are of this kind and fill a plane.</summary>
    public static bool Fit(PoolingGeometry geometry, int height, int width) =>
        geometry.Rows is { Size: 2, Stride: 2, Before: 0 } && geometry.Columns is { Size: 2, Stride: 2, Before: 0 } && height % 2 == 0 && width % 2 == 0 && geometry.Output(height, width) == (height / 2, width / 2);

    /// <summary>sums(i, j) = factor times the sum of plane(2i, 2j) to plane(2i + 1, 2j + 1).</summary>
    /// <param name="plane">2 rows x 2 columns elements.</param>
    /// <param name="rows">The rows of the sums.</param>
    /// <param name="columns">The columns of the sums.</param>
    /// <param name="factor">The factor of each sum.</param>
    /// <param name="sums">Rows x columns elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum<T>(T* plane, int rows, int columns, T factor, T* sums) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint width = 2 * columns, lanes = Vector256<T>.Count, whole = WholeRegisters<T>(columns);
        T* end = sums + (nint)rows * columns;
        Vector256<T> factors = Vector256.Create(factor);
        while (sums + whole <= end)
        {
            for (T* rowEnd = sums + whole; sums < rowEnd; sums += lanes, plane += 2 * lanes)
            {
                Vector256<T> first = Vector256.Load(plane) + Vector256.Load(plane + width);
                Vector256<T> second = Vector256.Load(plane + lanes) + Vector256.Load(plane + width + lanes);
                (EveryOther.AddNeighbours(first, second) * factors).Store(sums);
            }

            sums += columns - whole;
            plane += 2 * (width - whole);
        }

        for (int j = 0; sums < end; sums++, plane += 2)
        {
            *sums = (plane[0] + plane[width] + (plane[1] + plane[width + 1])) * factor;
            if (++j % columns == 0)
                plane += width;
        }
    }

    /// <summary>plane(2i, 2j) to plane(2i + 1, 2j + 1) = factor times values(i, j).</summary>
    /// <param name="values">Rows x columns elements.</param>
    /// <param name="rows">The rows of the values.</param>
    /// <param name="columns">The columns of the values.</param>
    /// <param name="factor">The factor of each value.</param>
    /// <param name="plane">2 rows x 2 columns elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread<T>(T* values, int rows, int columns, T factor, T* plane) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint width = 2 * columns, lanes = Vector256<T>.Count, whole = WholeRegisters<T>(columns);
        T* end = values + (nint)rows * columns;
        Vector256<T> factors = Vector256.Create(factor);
        for (; values + whole <= end; values += columns)
        {
            for (int row = 0; row < 2; row++, plane += width)
            {
                for (nint j = 0; j < whole; j += lanes)
                {
                    (Vector256<T> first, Vector256<T> second) = EveryOther.Twice(Vector256.Load(values + j) * factors);
                    first.Store(plane + 2 * j);
                    second.Store(plane + 2 * j + lanes);
                }
            }
        }

        for (int j = 0; values < end; values++, plane += 2)
        {
            plane[0] = plane[1] = plane[width] = plane[width + 1] = *values * factor;
            if (++j % columns == 0)
                plane += width;
        }
    }

    /// <summary>The number of columns, rounded up to whole registers.</summary>
    public static int WholeRegisters<T>(int columns) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (columns + Vector256<T>.Count - 1) / Vector256<T>.Count * Vector256<T>.Count;
}
