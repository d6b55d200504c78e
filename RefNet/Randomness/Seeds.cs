using MathNet.Numerics.Random;

namespace RefNet.Randomness;

/// <summary>
/// Creates the random number generators of the engine. Every draw comes from a seed that the user sets, and each purpose
/// (initial weights, the shuffling of epoch 7, a dropout mask ...) has its own stream, so that purposes are independent.
/// </summary>
public static class Seeds
{
    /// <summary>A generator for one purpose: the same seed and stream give the same numbers on every machine.</summary>
    /// <param name="seed">The user's seed.</param>
    /// <param name="stream">The purpose: any numbers that identify it, such as an epoch.</param>
    public static Random Create(int seed, params ReadOnlySpan<long> stream) =>
        new Xoshiro256StarStar(Derive(seed, stream), threadSafe: false);

    /// <summary>A seed that depends only on <paramref name="seed"/> and the stream, without a visible pattern in either.</summary>
    public static int Derive(int seed, params ReadOnlySpan<long> stream)
    {
        ulong state = new SplitMix64((uint)seed).Next();
        foreach (long number in stream)
            state = new SplitMix64(state ^ (ulong)number).Next();
        return (int)state;
    }

    /// <summary>A number for a name, such as the path of a layer, as a stream (FNV-1a of its UTF-16 units).</summary>
    public static long Name(string name)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char c in name)
            hash = (hash ^ c) * 0x100000001B3;
        return (long)hash;
    }
}
