using RefNet.Randomness;

namespace RefNet.Experiments;

/// <summary>
/// Which settings a search tries: at random, or on a grid. Where one setting matters more than the others, n random points try n values
/// of it, and a grid in d dimensions only the d-th root of n (Bergstra and Bengio 2012; LECTURES T10).
/// </summary>
public static class SearchPoints
{
    private const long Stream = 0x5EA2C4;

    /// <summary>A random point, a value for each range; it depends on seed, stage and number alone, so that more points change none.</summary>
    /// <param name="ranges">The ranges.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="stage">0 for the coarse search, 1 for the fine one.</param>
    /// <param name="number">Which of the points, from 0.</param>
    public static double[] Random(IReadOnlyList<LogRange> ranges, int seed, int stage, int number)
    {
        Random random = Seeds.Create(seed, Stream, stage, number);
        return [.. ranges.Select(range => range.At(random.NextDouble()))];
    }

    /// <summary>
    /// The points of a grid of at most so many: k values of each range, k the largest whole number with k^d points or fewer, in the
    /// middles of k equal parts.
    /// </summary>
    public static IReadOnlyList<double[]> Grid(IReadOnlyList<LogRange> ranges, int most)
    {
        int k = 1;
        while (Math.Pow(k + 1, ranges.Count) <= most)
            k++;
        return [.. Enumerable.Range(0, (int)Math.Pow(k, ranges.Count)).Select(number => Point(ranges, number, k))];
    }

    // The digits of the number, to the base k, are the places in the ranges.
    private static double[] Point(IReadOnlyList<LogRange> ranges, int number, int k)
    {
        double[] point = new double[ranges.Count];
        for (int i = 0; i < point.Length; i++, number /= k)
            point[i] = ranges[i].At((number % k + 0.5) / k);
        return point;
    }
}
