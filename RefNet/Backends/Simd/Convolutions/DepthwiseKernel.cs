using System.Numerics;
using System.Runtime.CompilerServices;

namespace RefNet.Backends.Simd;

/// <summary>
/// The innermost loops of <see cref="DepthwiseConvolution{T}"/>: sums over the taps of one kernel, for many positions at
/// once. Loads are the bottleneck: each product loads a register of the plane, usually across two cache lines.
/// Registers of 256 bits are as fast at this as longer ones.
/// </summary>
internal static unsafe class DepthwiseKernel
{
    private const int Registers = 8;

    /// <summary>A number of positions, rounded up to whole blocks.</summary>
    public static int WholeBlocks<T>(int positions) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int block = Registers * Vector<T>.Count;
        return (positions + block - 1) / block * block;
    }

    /// <summary>sums_p = sum over k of w[weightOffsets_k] planes[p + offsets_k].</summary>
    /// <param name="planes">The source; past the furthest element that the offsets reach, a further block of positions must be readable.</param>
    /// <param name="offsets">The first element that each tap reads.</param>
    /// <param name="weights">The kernel.</param>
    /// <param name="weightOffsets">The offset of the weight of each tap.</param>
    /// <param name="positions">The number of positions, in whole blocks.</param>
    /// <param name="sums">The results.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum<T>(T* planes, OffsetList offsets, T* weights, OffsetList weightOffsets, int positions, T* sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint* places = offsets.Pointer, weightPlaces = weightOffsets.Pointer;
        int taps = offsets.Length, lanes = Vector<T>.Count;
        for (int p = 0; p < positions; p += Registers * lanes)
        {
            Vector<T> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            for (nint k = 0; k < taps; k++)
            {
                Vector<T> w = Vector.Create(weights[weightPlaces[k]]);
                T* x = planes + p + places[k];
                s0 = VectorKernel<T>.MultiplyAdd(w, Vector.Load(x), s0);
                s1 = VectorKernel<T>.MultiplyAdd(w, Vector.Load(x + lanes), s1);
                s2 = VectorKernel<T>.MultiplyAdd(w, Vector.Load(x + 2 * lanes), s2);
                s3 = VectorKernel<T>.MultiplyAdd(w, Vector.Load(x + 3 * lanes), s3);
                s4 = VectorKernel<T>.MultiplyAdd(w, Vector.Load(x + 4 * lanes), s4);
                s5 = VectorKernel<T>.MultiplyAdd(w, Vector.Load(x + 5 * lanes), s5);
                s6 = VectorKernel<T>.MultiplyAdd(w, Vector.Load(x + 6 * lanes), s6);
                s7 = VectorKernel<T>.MultiplyAdd(w, Vector.Load(x + 7 * lanes), s7);
            }

            T* target = sums + p;
            s0.Store(target);
            s1.Store(target + lanes);
            s2.Store(target + 2 * lanes);
            s3.Store(target + 3 * lanes);
            s4.Store(target + 4 * lanes);
            s5.Store(target + 5 * lanes);
            s6.Store(target + 6 * lanes);
            s7.Store(target + 7 * lanes);
        }
    }

    /// <summary>sums_k += sum over p of gradients_p planes[p + offsets_k], three taps at a time.</summary>
    /// <param name="gradients">One number per position, 0 in the gaps between rows.</param>
    /// <param name="planes">The source. Infinity or NaN may reach all weights of the channel: it is multiplied by the zeros between gradient rows.</param>
    /// <param name="offsets">The first element that each tap reads.</param>
    /// <param name="positions">The number of positions, in whole blocks.</param>
    /// <param name="sums">One per tap.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddDots<T>(T* gradients, T* planes, OffsetList offsets, int positions, T* sums) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint* places = offsets.Pointer;
        int taps = offsets.Length, lanes = Vector<T>.Count;
        for (int k = 0; k < taps; k += 3)
        {
            // Missing taps read what the last one reads; their sums are discarded.
            T* a = planes + places[k], b = planes + places[Math.Min(k + 1, taps - 1)], c = planes + places[Math.Min(k + 2, taps - 1)];
            Vector<T> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default;
            for (nint p = 0; p < positions; p += 2 * lanes)
            {
                Vector<T> g0 = Vector.Load(gradients + p), g1 = Vector.Load(gradients + p + lanes);
                a0 = VectorKernel<T>.MultiplyAdd(g0, Vector.Load(a + p), a0);
                a1 = VectorKernel<T>.MultiplyAdd(g1, Vector.Load(a + p + lanes), a1);
                b0 = VectorKernel<T>.MultiplyAdd(g0, Vector.Load(b + p), b0);
                b1 = VectorKernel<T>.MultiplyAdd(g1, Vector.Load(b + p + lanes), b1);
                c0 = VectorKernel<T>.MultiplyAdd(g0, Vector.Load(c + p), c0);
                c1 = VectorKernel<T>.MultiplyAdd(g1, Vector.Load(c + p + lanes), c1);
            }

            sums[k] += Vector.Sum(a0 + a1);
            if (k + 1 < taps)
                sums[k + 1] += Vector.Sum(b0 + b1);
            if (k + 2 < taps)
                sums[k + 2] += Vector.Sum(c0 + c1);
        }
    }
}
