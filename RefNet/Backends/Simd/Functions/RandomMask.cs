using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RefNet.Randomness;

namespace RefNet.Backends.Simd;

/// <summary>Fills memory with zeros and one other value at random.</summary>
/// <remarks>
/// The numbers are those of <see cref="SplitMix64"/>, whose states are equally spaced: eight of them are computed at once.
/// </remarks>
internal static class RandomMask
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>An element becomes <paramref name="value"/> where the low 32 bits of its random number reach a threshold, and 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill<T>(Span<T> mask, ulong seed, uint threshold, T value) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<ulong> state = Vector512.Create(seed) + (Vector512<ulong>.Indices + Vector512<ulong>.One) * Gamma;
        Vector512<ulong> step = Vector512.Create(unchecked(8 * Gamma)), low = Vector512.Create((ulong)uint.MaxValue), least = Vector512.Create((ulong)threshold);
        int i = 0;
        for (; i <= mask.Length - 16; i += 16)
        {
            Vector512<ulong> first = Vector512.GreaterThanOrEqual(Mix(state) & low, least);
            state += step;
            Vector512<ulong> second = Vector512.GreaterThanOrEqual(Mix(state) & low, least);
            state += step;
            if (typeof(T) == typeof(float))
            {
                (Vector512.Narrow(first, second).As<uint, T>() & Vector512.Create(value)).CopyTo(mask[i..]);
            }
            else
            {
                (first.As<ulong, T>() & Vector512.Create(value)).CopyTo(mask[i..]);
                (second.As<ulong, T>() & Vector512.Create(value)).CopyTo(mask[(i + 8)..]);
            }
        }

        SplitMix64 random = new(seed + (ulong)i * Gamma);
        for (; i < mask.Length; i++)
            mask[i] = (uint)random.Next() >= threshold ? value : T.Zero;
    }

    // As in SplitMix64.Next.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Mix(Vector512<ulong> z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
