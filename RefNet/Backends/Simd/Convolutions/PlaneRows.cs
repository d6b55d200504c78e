using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RefNet.Backends.Simd;

/// <summary>
/// Copies a rectangle of numbers from one layout to another. There are very many short rows, of 10 to 60 elements:
/// calling a general copy routine for each would take longer than the copy.
/// </summary>
internal static unsafe class PlaneRows
{
    /// <summary>target(i, j) = source(i, j) + addend, where element (i, j) is at i*rowStride + j*columnStride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<T>(Strided<T> source, Strided<T> target, int rows, int columns, T addend) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (target.ColumnStride == 1 && source.ColumnStride == 2 && columns >= Vector128<T>.Count)
        {
            CopyEverySecond(source, target, rows, columns, addend);
            return;
        }

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

    /// <summary>
    /// Copies the first rows and columns of a plane, as far as the given positions cover them: position p is row
    /// p / pitch, column p % pitch.
    /// </summary>
    /// <param name="source">The positions, starting with the first.</param>
    /// <param name="first">The index of that position.</param>
    /// <param name="count">The number of them.</param>
    /// <param name="pitch">The distance between rows of the plane.</param>
    /// <param name="target">The destination of element (i, j) of the plane.</param>
    /// <param name="rows">The number of rows to copy.</param>
    /// <param name="columns">The number of columns to copy.</param>
    /// <param name="addend">The number added to each.</param>
    public static void CopyPitched<T>(T* source, int first, int count, int pitch, Strided<T> target, int rows, int columns, T addend)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int end = first + count, row = first / pitch;
        if (first % pitch != 0) // the rest of a row that began earlier
        {
            CopyPart(source, target, row, first % pitch, 1, Math.Min(columns - first % pitch, count));
            row++;
        }

        int wholeRows = Math.Max(0, Math.Min(rows - row, (end - row * pitch + pitch - columns) / pitch));
        CopyPart(source + row * pitch - first, target, row, 0, wholeRows, columns);
        row += wholeRows;
        CopyPart(source + row * pitch - first, target, row, 0, 1, Math.Min(columns, end - row * pitch));

        void CopyPart(T* from, Strided<T> target, int row, int column, int partRows, int partColumns)
        {
            if (partRows > 0 && partColumns > 0 && row < rows)
                Copy(new Strided<T>(from, pitch, 1), new Strided<T>(target.At(row, column), target.RowStride, target.ColumnStride), partRows, partColumns, addend);
        }
    }

    /// <summary>Splits a row into four phases: target[q * phaseStride + i] = source[4 i + q].</summary>
    /// <param name="source">The row.</param>
    /// <param name="count">The number of its elements.</param>
    /// <param name="target">Phase q begins at q * phaseStride.</param>
    /// <param name="phaseStride">The distance between phases.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SplitIntoFour<T>(T* source, int count, T* target, nint phaseStride) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int whole = count / 4, last = whole - Vector256<T>.Count;
        if (last < 0)
            Transposition.Copy(source, 4, whole, 4, target, phaseStride, T.Zero);
        else
        {
            for (int i = 0; i < last; i += Vector256<T>.Count)
                SplitRegistersIntoFour(source + 4 * i, target + i, phaseStride);
            SplitRegistersIntoFour(source + 4 * last, target + last, phaseStride);
        }

        for (int q = 0; q < count % 4; q++)
            target[q * phaseStride + whole] = source[4 * whole + q];
    }

    /// <summary>Interleaves several phases: target[i * phases + q] = source[q * phaseStride + i].</summary>
    /// <param name="source">Phase q begins at q * phaseStride.</param>
    /// <param name="phaseStride">The distance between phases.</param>
    /// <param name="phases">The number of them.</param>
    /// <param name="count">The number of elements of each.</param>
    /// <param name="target">Room for all elements of all phases.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Join<T>(T* source, nint phaseStride, int phases, int count, T* target) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        for (; phases == 2 && i <= count - Vector256<T>.Count; i += Vector256<T>.Count)
        {
            (Vector256<T> first, Vector256<T> second) = EveryOther.Join(Vector256.Load(source + i), Vector256.Load(source + phaseStride + i));
            first.Store(target + 2 * i);
            second.Store(target + 2 * i + Vector256<T>.Count);
        }

        for (; i < count; i++)
        {
            for (int q = 0; q < phases; q++)
                target[i * phases + q] = source[q * phaseStride + i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SplitRegistersIntoFour<T>(T* source, T* target, nint phaseStride) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (Vector256<T> even0, Vector256<T> odd0) = EveryOther.Split(Vector256.Load(source), Vector256.Load(source + Vector256<T>.Count));
        (Vector256<T> even1, Vector256<T> odd1) = EveryOther.Split(Vector256.Load(source + 2 * Vector256<T>.Count), Vector256.Load(source + 3 * Vector256<T>.Count));
        (Vector256<T> phase0, Vector256<T> phase2) = EveryOther.Split(even0, even1);
        (Vector256<T> phase1, Vector256<T> phase3) = EveryOther.Split(odd0, odd1);
        phase0.Store(target);
        phase1.Store(target + phaseStride);
        phase2.Store(target + 2 * phaseStride);
        phase3.Store(target + 3 * phaseStride);
    }

    // In each of these the last vector overlaps the one before it and writes the same values there.

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

    // Rows of half a register or more. Nothing is read past the last element: the upper half of the last register
    // comes from one that begins an element earlier.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyEverySecond<T>(Strided<T> source, Strided<T> target, int rows, int columns, T addend) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> sum = Vector256.Create(addend);
        int few = Vector128<T>.Count, last = columns - Vector256<T>.Count;
        for (int i = 0; i < rows; i++)
        {
            T* from = source.At(i, 0), to = target.At(i, 0);
            if (last < 0)
            {
                T* end = from + 2 * (columns - few);
                (EveryOther.Even(Vector128.Load(from), Vector128.Load(from + few - 1)) + sum.GetLower()).Store(to);
                (EveryOther.Even(Vector128.Load(end), Vector128.Load(end + few - 1)) + sum.GetLower()).Store(to + columns - few);
                continue;
            }

            for (int j = 0; j < last; j += Vector256<T>.Count)
                (EverySecond(from + 2 * j) + sum).Store(to + j);
            T* lastFrom = from + 2 * last;
            Vector128<T> lower = EveryOther.Even(Vector128.Load(lastFrom), Vector128.Load(lastFrom + few - 1));
            Vector128<T> upper = EveryOther.Even(Vector128.Load(lastFrom + 2 * few), Vector128.Load(lastFrom + 3 * few - 1));
            (Vector256.Create(lower, upper) + sum).Store(to + last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> EverySecond<T>(T* from) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EveryOther.Split(Vector256.Load(from), Vector256.Load(from + Vector256<T>.Count)).Even;
}
