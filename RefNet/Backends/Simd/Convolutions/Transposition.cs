using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RefNet.Backends.Simd;

/// <summary>Transposes matrices in 4x4 blocks in registers.</summary>
internal static unsafe class Transposition
{
    /// <summary>target(j, i) = source(i, j) + addend; rows of both are contiguous.</summary>
    /// <param name="source">Row i begins at i * sourceStride.</param>
    /// <param name="sourceStride">The distance between rows of the source.</param>
    /// <param name="rows">The rows of the source, and columns of the target.</param>
    /// <param name="columns">The columns of the source, and rows of the target.</param>
    /// <param name="target">Row j begins at j * targetStride.</param>
    /// <param name="targetStride">The distance between rows of the target.</param>
    /// <param name="addend">The number added to each element.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<T>(T* source, nint sourceStride, int rows, int columns, T* target, nint targetStride, T addend)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float) && rows >= 4 && columns >= 4)
        {
            Vector128<float> sum = Vector128.Create(float.CreateTruncating(addend));
            if (Avx512F.IsSupported && rows == 16)
            {
                for (int j = 0; j < columns; j += 4)
                {
                    j = Math.Min(j, columns - 4);
                    Copy16x4((float*)(source + j), sourceStride, (float*)(target + j * targetStride), targetStride, sum);
                }

                return;
            }

            if (Avx512F.IsSupported && columns == 16)
            {
                for (int i = 0; i < rows; i += 4)
                {
                    i = Math.Min(i, rows - 4);
                    Copy4x16((float*)(source + i * sourceStride), sourceStride, (float*)(target + i), targetStride, sum);
                }

                return;
            }

            for (int i = 0; i < rows; i += 4)
            {
                i = Math.Min(i, rows - 4); // the last block overlaps the one before it and writes the same values there
                for (int j = 0; j < columns; j += 4)
                {
                    j = Math.Min(j, columns - 4);
                    Copy4x4((float*)(source + i * sourceStride + j), sourceStride, (float*)(target + j * targetStride + i), targetStride, sum);
                }
            }

            return;
        }

        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                target[j * targetStride + i] = source[i * sourceStride + j] + addend;
        }
    }

    // Four 4x4 blocks stacked vertically, one in each quarter of the registers: they yield whole columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy16x4(float* source, nint sourceStride, float* target, nint targetStride, Vector128<float> addend)
    {
        (Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d) = Transpose(
            EveryFourthRow(source, sourceStride), EveryFourthRow(source + sourceStride, sourceStride),
            EveryFourthRow(source + 2 * sourceStride, sourceStride), EveryFourthRow(source + 3 * sourceStride, sourceStride), addend);
        a.Store(target);
        b.Store(target + targetStride);
        c.Store(target + 2 * targetStride);
        d.Store(target + 3 * targetStride);
    }

    // Four 4x4 blocks next to each other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy4x16(float* source, nint sourceStride, float* target, nint targetStride, Vector128<float> addend)
    {
        (Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d) = Transpose(
            Vector512.Load(source), Vector512.Load(source + sourceStride),
            Vector512.Load(source + 2 * sourceStride), Vector512.Load(source + 3 * sourceStride), addend);
        StoreEveryFourthRow(a, target, targetStride);
        StoreEveryFourthRow(b, target + targetStride, targetStride);
        StoreEveryFourthRow(c, target + 2 * targetStride, targetStride);
        StoreEveryFourthRow(d, target + 3 * targetStride, targetStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> EveryFourthRow(float* source, nint stride) =>
        Joined(source, source + 4 * stride).ToVector512Unsafe().WithUpper(Joined(source + 8 * stride, source + 12 * stride));

    // Vector256.Create(lower, upper) may pass through memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Joined(float* lower, float* upper) => Vector128.Load(lower).ToVector256Unsafe().WithUpper(Vector128.Load(upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreEveryFourthRow(Vector512<float> rows, float* target, nint stride)
    {
        rows.GetLower().GetLower().Store(target);
        rows.GetLower().GetUpper().Store(target + 4 * stride);
        rows.GetUpper().GetLower().Store(target + 8 * stride);
        rows.GetUpper().GetUpper().Store(target + 12 * stride);
    }

    // In each quarter: a b c d are rows, their digits columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float>, Vector512<float>, Vector512<float>, Vector512<float>) Transpose(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, Vector128<float> addend)
    {
        Vector512<double> ab01 = Avx512F.UnpackLow(a, b).AsDouble(), ab23 = Avx512F.UnpackHigh(a, b).AsDouble(); // a0 b0 a1 b1, a2 b2 a3 b3
        Vector512<double> cd01 = Avx512F.UnpackLow(c, d).AsDouble(), cd23 = Avx512F.UnpackHigh(c, d).AsDouble();
        Vector512<float> sum = Vector512.Create(addend[0]);
        return (
            Avx512F.UnpackLow(ab01, cd01).AsSingle() + sum, Avx512F.UnpackHigh(ab01, cd01).AsSingle() + sum, // a0 b0 c0 d0
            Avx512F.UnpackLow(ab23, cd23).AsSingle() + sum, Avx512F.UnpackHigh(ab23, cd23).AsSingle() + sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy4x4(float* source, nint sourceStride, float* target, nint targetStride, Vector128<float> addend)
    {
        (Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d) = Transpose(source, source + sourceStride, source + 2 * sourceStride, source + 3 * sourceStride);
        (a + addend).Store(target);
        (b + addend).Store(target + targetStride);
        (c + addend).Store(target + 2 * targetStride);
        (d + addend).Store(target + 3 * targetStride);
    }

    /// <summary>Row j of the target is element j of four rows, for j from 0 to 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy4x4(float* a, float* b, float* c, float* d, float* target, nint targetStride)
    {
        (Vector128<float> row0, Vector128<float> row1, Vector128<float> row2, Vector128<float> row3) = Transpose(a, b, c, d);
        row0.Store(target);
        row1.Store(target + targetStride);
        row2.Store(target + 2 * targetStride);
        row3.Store(target + 3 * targetStride);
    }

    /// <summary>Row j of the target is element j of four rows, for j from 0 to 1; elements 2 and 3 are read too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy4x2(float* a, float* b, float* c, float* d, float* target, nint targetStride)
    {
        (Vector128<float> row0, Vector128<float> row1, _, _) = Transpose(a, b, c, d);
        row0.Store(target);
        row1.Store(target + targetStride);
    }

    // a b c d are the rows of the source, their digits its columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float>, Vector128<float>, Vector128<float>, Vector128<float>) Transpose(float* rowA, float* rowB, float* rowC, float* rowD)
    {
        Vector128<float> a = Vector128.Load(rowA), b = Vector128.Load(rowB), c = Vector128.Load(rowC), d = Vector128.Load(rowD);
        Vector128<double> ab01 = LaneSums.InterleaveLower(a, b).AsDouble(), ab23 = LaneSums.InterleaveUpper(a, b).AsDouble();
        Vector128<double> cd01 = LaneSums.InterleaveLower(c, d).AsDouble(), cd23 = LaneSums.InterleaveUpper(c, d).AsDouble();
        return (
            LaneSums.InterleaveLower(ab01, cd01).AsSingle(), LaneSums.InterleaveUpper(ab01, cd01).AsSingle(), // a0 b0 c0 d0
            LaneSums.InterleaveLower(ab23, cd23).AsSingle(), LaneSums.InterleaveUpper(ab23, cd23).AsSingle());
    }
}
