namespace RefNet.Benchmarks.Work;

/// <summary>Pseudo-random numbers that all workers generate alike, so that nothing has to be sent; and samples of results.</summary>
internal static partial class Numbers
{
    // The number of evenly spaced elements of long results that are compared.
    private const int MostCompared = 1 << 16;

    /// <summary>Numbers uniform over ±scale/2.</summary>
    public static void Fill(Span<float> span, int seed, float scale)
    {
        for (int i = 0; i < span.Length; i++)
            span[i] = ((Hash(i, seed) >> 8) * (1f / (1 << 24)) - 0.5f) * scale;
    }

    /// <summary>Weights of a network, uniform with the variance 2 / fan-in.</summary>
    /// <param name="span">The weights of one layer.</param>
    /// <param name="place">Their index among the parameters of the network, including biases, γ and β.</param>
    /// <param name="units">Its maps or units.</param>
    public static void FillWeights(Span<float> span, int place, int units) => Fill(span, 100 + place, MathF.Sqrt(24f / (span.Length / units)));

    /// <summary>An integer from 0 to below <paramref name="limit"/>.</summary>
    public static int Whole(int i, int seed, int limit) => (int)((Hash(i, seed) >> 8) % (uint)limit);

    /// <summary>The classes of the images of a batch.</summary>
    public static int[] Labels(int batch, int seed, int classes) => [.. Enumerable.Range(0, batch).Select(n => Whole(n, seed, classes))];

    /// <summary>Adds enough of a result to compare it.</summary>
    public static void Sample(ReadOnlySpan<float> result, List<float> sample)
    {
        int step = (result.Length + MostCompared - 1) / MostCompared | 1; // odd, so that no column is left out
        for (int i = 0; i < result.Length; i += step)
            sample.Add(result[i]);
    }

    private static uint Hash(int i, int seed)
    {
        uint h = (uint)i * 2654435761u + (uint)seed * 2246822519u;
        h = (h ^ (h >> 15)) * 2246822519u;
        return h ^ (h >> 13);
    }
}
