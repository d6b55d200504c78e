using System.Numerics;
using System.Runtime.CompilerServices;

namespace RefNet.Backends.Simd;

/// <summary>
/// Copies a strip of a matrix into the order in which a kernel reads it: all lanes of step 0, then all lanes of step 1
/// and so on, without gaps. A lane is a column of B or a row of A, a step is one k of the sum. The copy costs little
/// compared to the products that read it, and saves the kernel one cache line and one memory page per k.
/// </summary>
internal static class GemmPacking
{
    /// <summary>Writes target[step*width + lane] = source[step*stepStride + lane*laneStride], and 0 in the remaining lanes up to the width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Pack<T>(T* source, nint stepStride, nint laneStride, int steps, int lanes, T* target, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (lanes < width)
            new Span<T>(target, steps * width).Clear();

        if (laneStride == 1)
        {
            for (int step = 0; step < steps; step++)
                Copy(source + step * stepStride, target + step * width, lanes);
            return;
        }

        if (stepStride == 1)
        {
            Transposition.Copy(source, laneStride, lanes, steps, target, width, T.Zero);
            return;
        }

        for (int lane = 0; lane < lanes; lane++)
        {
            for (int step = 0; step < steps; step++)
                target[step * width + lane] = source[step * stepStride + lane * laneStride];
        }
    }

    /// <summary>Copies adjacent strips of the given width one after another, reading row by row, in memory order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void PackStrips<T>(T* source, nint rowStride, int rows, int strips, T* target, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint next = (nint)rows * width;
        for (int row = 0; row < rows; row++, source += rowStride, target += width)
        {
            for (int strip = 0; strip < strips; strip++)
                Copy(source + strip * width, target + strip * next, width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Copy<T>(T* source, T* target, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
            Vector.Load(source + i).Store(target + i);
        for (; i < count; i++)
            target[i] = source[i];
    }
}
