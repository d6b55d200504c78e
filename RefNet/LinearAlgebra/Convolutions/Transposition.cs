using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RefNet.LinearAlgebra;

/// <summary>Turns rows into columns, four by four in registers.</summary>
internal static unsafe class Transposition
{
    /// <summary>target(j, i) = source(i, j) + addend; the elements of a row of either stand side by side.</summary>
    /// <param name="source">Row i begins at i * sourceStride.</param>
    /// <param name="sourceStride">How far the rows of the source lie apart.</param>
    /// <param name="rows">The rows of the source, and columns of the target.</param>
    /// <param name="columns">The columns of the source, and rows of the target.</param>
    /// <param name="target">Row j begins at j * targetStride.</param>
    /// <param name="targetStride">How far the rows of the target lie apart.</param>
    /// <param name="addend">What is added to each element.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<T>(T* source, nint sourceStride, int rows, int columns, T* target, nint targetStride, T addend)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float) && rows >= 4 && columns >= 4)
        {
            Vector128<float> sum = Vector128.Create(float.CreateTruncating(addend));
            for (int i = 0; i < rows; i += 4)
            {
                i = Math.Min(i, rows - 4); // the last block overlaps the one before it, and writes the same there
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

    // a b c d are the rows of the source, their digits its columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy4x4(float* source, nint sourceStride, float* target, nint targetStride, Vector128<float> addend)
    {
        Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + sourceStride);
        Vector128<float> c = Vector128.Load(source + 2 * sourceStride), d = Vector128.Load(source + 3 * sourceStride);

        Vector128<double> ab01 = LaneSums.InterleaveLower(a, b).AsDouble(), ab23 = LaneSums.InterleaveUpper(a, b).AsDouble();
        Vector128<double> cd01 = LaneSums.InterleaveLower(c, d).AsDouble(), cd23 = LaneSums.InterleaveUpper(c, d).AsDouble();

        (LaneSums.InterleaveLower(ab01, cd01).AsSingle() + addend).Store(target); // a0 b0 c0 d0
        (LaneSums.InterleaveUpper(ab01, cd01).AsSingle() + addend).Store(target + targetStride);
        (LaneSums.InterleaveLower(ab23, cd23).AsSingle() + addend).Store(target + 2 * targetStride);
        (LaneSums.InterleaveUpper(ab23, cd23).AsSingle() + addend).Store(target + 3 * targetStride);
    }
}
