using System.Numerics;
using System.Runtime.CompilerServices;

namespace RefNet.Backends.Simd;

/// <summary>
/// Copies a strip of a matrix into the order in which a kernel reads it: all lanes of step 0, then all lanes of step 1
/// and so on, without gaps. A lane is a column of B or a row of A, a step is one k of the sum. The copy costs little
/// beside the products that read it, and spares the kernel one cache line and one memory page for each k.
/// </summary>
internal static class GemmPacking
{
    /// <summary>Writes target[step*width + lane] = source[step*stepStride + lane*laneStride], and 0 for lanes up to the width.</summary>
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

        // Steps that stand side by side are turned over 4 lanes at a time; what that leaves, and everything else, singly.
        int turnedLanes = stepStride == 1 && typeof(T) == typeof(float) ? lanes & ~3 : 0;
        int turnedSteps = steps & ~3;
        for (int lane = 0; lane < turnedLanes; lane += 4)
            Transposition.Copy((float*)(source + lane * laneStride), laneStride, 4, turnedSteps, (float*)(target + lane), width, 0);

        for (int lane = 0; lane < lanes; lane++)
        {
            for (int step = lane < turnedLanes ? turnedSteps : 0; step < steps; step++)
                target[step * width + lane] = source[step * stepStride + lane * laneStride];
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
