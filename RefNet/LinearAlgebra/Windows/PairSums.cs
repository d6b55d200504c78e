using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RefNet.LinearAlgebra;

/// <summary>
/// Sums over windows of 2x2 that stand side by side, LeNet's pooling, and their adjoint. Rows are added first, into rows
/// without gaps: then the pairs of neighbours run on from row to row, however short the rows are.
/// </summary>
internal static unsafe class PairSums
{
    /// <summary>sums(i, j) = the sum of plane(2i, 2j) to plane(2i + 1, 2j + 1).</summary>
    /// <param name="plane">2 rows x 2 columns elements.</param>
    /// <param name="rows">The rows of the sums.</param>
    /// <param name="columns">The columns of the sums.</param>
    /// <param name="sums">Rows x columns elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum<T>(T* plane, int rows, int columns, T* sums) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = 2 * columns, count = rows * columns, lanes = Vector256<T>.Count;
        using Scratch<T> scratch = new(2 * (count + lanes));
        fixed (T* added = scratch.Span)
        {
            for (int i = 0; i < rows; i++, plane += 2 * width)
                Add(plane, plane + width, added + i * width, width);
            int k = 0;
            for (; k <= count - lanes; k += lanes)
            {
                (Vector256<T> even, Vector256<T> odd) = EveryOther.Split(Vector256.Load(added + 2 * k), Vector256.Load(added + 2 * k + lanes));
                (even + odd).Store(sums + k);
            }

            for (; k < count; k++)
                sums[k] = added[2 * k] + added[2 * k + 1];
        }
    }

    /// <summary>plane(2i, 2j) to plane(2i + 1, 2j + 1) = values(i, j).</summary>
    /// <param name="values">Rows x columns elements.</param>
    /// <param name="rows">The rows of the values.</param>
    /// <param name="columns">The columns of the values.</param>
    /// <param name="plane">2 rows x 2 columns elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread<T>(T* values, int rows, int columns, T* plane) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = 2 * columns, count = rows * columns, lanes = Vector256<T>.Count;
        using Scratch<T> scratch = new(2 * (count + lanes));
        fixed (T* doubled = scratch.Span)
        {
            int k = 0;
            for (; k <= count - lanes; k += lanes)
            {
                Vector256<T> value = Vector256.Load(values + k);
                (Vector256<T> first, Vector256<T> second) = EveryOther.Join(value, value);
                first.Store(doubled + 2 * k);
                second.Store(doubled + 2 * k + lanes);
            }

            for (; k < count; k++)
                doubled[2 * k] = doubled[2 * k + 1] = values[k];
            for (int i = 0; i < rows; i++, plane += 2 * width)
            {
                Strided<T> source = new(doubled + i * width, 0, 1); // the same row twice
                PlaneRows.Copy(source, new Strided<T>(plane, width, 1), 2, width, T.Zero);
            }
        }
    }

    // c = a + b
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T>(T* a, T* b, T* c, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int j = 0;
        for (; j <= count - Vector256<T>.Count; j += Vector256<T>.Count)
            (Vector256.Load(a + j) + Vector256.Load(b + j)).Store(c + j);
        for (; j <= count - Vector128<T>.Count; j += Vector128<T>.Count)
            (Vector128.Load(a + j) + Vector128.Load(b + j)).Store(c + j);
        for (; j < count; j++)
            c[j] = a[j] + b[j];
    }
}
