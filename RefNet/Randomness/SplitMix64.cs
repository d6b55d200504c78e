namespace RefNet.Randomness;

/// <summary>
/// A small random number generator: 64 random bits per call from a counter (Steele, Lea and Flood 2014, "Fast
/// splittable pseudorandom number generators").
/// </summary>
/// <param name="state">Where the sequence starts.</param>
internal struct SplitMix64(ulong state)
{
    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
