using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RefNet.Benchmarks;

/// <summary>The peak rate of one core: multiply-adds on registers without other dependencies.</summary>
internal static class Peak
{
    private const int Rounds = 100_000;
    private const int Chains = 12;

    /// <summary>GFLOP/s in float on one thread, the best of many short runs.</summary>
    public static double Measure()
    {
        double best = 0;
        for (int sample = 0; sample < 200; sample++)
        {
            long start = Stopwatch.GetTimestamp();
            float sum = Vector512.IsHardwareAccelerated ? Run512() : RunVector();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            int lanes = Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector<float>.Count;
            if (!float.IsNaN(sum))
                best = Math.Max(best, 2.0 * lanes * Chains * Rounds / seconds / 1e9);
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Run512()
    {
        Vector512<float> a = Vector512.Create(0.999f), b = Vector512.Create(0.001f);
        Vector512<float> c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (int i = 0; i < Rounds; i++)
        {
            c0 = Vector512.FusedMultiplyAdd(c0, a, b);
            c1 = Vector512.FusedMultiplyAdd(c1, a, b);
            c2 = Vector512.FusedMultiplyAdd(c2, a, b);
            c3 = Vector512.FusedMultiplyAdd(c3, a, b);
            c4 = Vector512.FusedMultiplyAdd(c4, a, b);
            c5 = Vector512.FusedMultiplyAdd(c5, a, b);
            c6 = Vector512.FusedMultiplyAdd(c6, a, b);
            c7 = Vector512.FusedMultiplyAdd(c7, a, b);
            c8 = Vector512.FusedMultiplyAdd(c8, a, b);
            c9 = Vector512.FusedMultiplyAdd(c9, a, b);
            c10 = Vector512.FusedMultiplyAdd(c10, a, b);
            c11 = Vector512.FusedMultiplyAdd(c11, a, b);
        }

        return Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float RunVector()
    {
        Vector<float> a = Vector.Create(0.999f), b = Vector.Create(0.001f);
        Vector<float> c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (int i = 0; i < Rounds; i++)
        {
            c0 = Vector.MultiplyAddEstimate(c0, a, b);
            c1 = Vector.MultiplyAddEstimate(c1, a, b);
            c2 = Vector.MultiplyAddEstimate(c2, a, b);
            c3 = Vector.MultiplyAddEstimate(c3, a, b);
            c4 = Vector.MultiplyAddEstimate(c4, a, b);
            c5 = Vector.MultiplyAddEstimate(c5, a, b);
            c6 = Vector.MultiplyAddEstimate(c6, a, b);
            c7 = Vector.MultiplyAddEstimate(c7, a, b);
            c8 = Vector.MultiplyAddEstimate(c8, a, b);
            c9 = Vector.MultiplyAddEstimate(c9, a, b);
            c10 = Vector.MultiplyAddEstimate(c10, a, b);
            c11 = Vector.MultiplyAddEstimate(c11, a, b);
        }

        return Vector.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }
}
