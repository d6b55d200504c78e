using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RefNet.LinearAlgebra;

/// <summary>
/// Moves a rectangle of numbers from one layout to another. Its rows are short, 10 to 60 elements, and there are very many
/// of them: a call into a general copying routine for each would take longer than the copy.
/// </summary>
internal static unsafe class PlaneRows
{
    /// <summary>target(i, j) = source(i, j) + addend, where element (i, j) stands at i*rowStride + j*columnStride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<T>(Strided<T> source, Strided<T> target, int rows, int columns, T addend) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool contiguous = source.ColumnStride == 1 && target.ColumnStride == 1;
        for (int i = 0; i < rows; i++)
        {
            T* from = source.At(i, 0), to = target.At(i, 0);
            if (!contiguous)
            {
                for (int j = 0; j < columns; j++)
                    to[j * target.ColumnStride] = from[j * source.ColumnStride] + addend;
            }
            else if (columns >= Vector512<T>.Count)
                CopyRow512(from, to, columns, addend);
            else if (columns >= Vector256<T>.Count)
                CopyRow256(from, to, columns, addend);
            else
                CopyRow128(from, to, columns, addend);
        }
    }

    // In each of these the last vector overlaps the one before it, and writes the same there.

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRow512<T>(T* from, T* to, int count, T addend) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> sum = Vector512.Create(addend);
        int last = count - Vector512<T>.Count;
        for (int j = 0; j < last; j += Vector512<T>.Count)
            (Vector512.Load(from + j) + sum).Store(to + j);
        (Vector512.Load(from + last) + sum).Store(to + last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRow256<T>(T* from, T* to, int count, T addend) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> sum = Vector256.Create(addend);
        int last = count - Vector256<T>.Count;
        (Vector256.Load(from) + sum).Store(to);
        (Vector256.Load(from + last) + sum).Store(to + last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRow128<T>(T* from, T* to, int count, T addend) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (count < Vector128<T>.Count)
        {
            for (int j = 0; j < count; j++)
                to[j] = from[j] + addend;
            return;
        }

        Vector128<T> sum = Vector128.Create(addend);
        int last = count - Vector128<T>.Count;
        (Vector128.Load(from) + sum).Store(to);
        (Vector128.Load(from + last) + sum).Store(to + last);
    }
}
