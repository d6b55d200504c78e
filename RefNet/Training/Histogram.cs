namespace RefNet.Training;

/// <summary>The number of values in each of <see cref="Bins"/> bins of equal width, from the smallest value to the largest.</summary>
/// <param name="Low">The smallest value.</param>
/// <param name="High">The largest value.</param>
/// <param name="Counts">The count of each bin; a value on an edge belongs to the bin above it, the largest to the
/// last. Where all values are equal, they belong to the first.</param>
public sealed record Histogram(float Low, float High, IReadOnlyList<int> Counts)
{
    /// <summary>The number of bins.</summary>
    public const int Bins = 20;

    /// <summary>The number of values counted.</summary>
    public long Total => Counts.Sum(count => (long)count);

    /// <summary>Counts values; those that are not finite are left out.</summary>
    public static Histogram Of(ReadOnlySpan<float> numbers)
    {
        (float low, float high) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (float number in numbers)
        {
            if (float.IsFinite(number))
                (low, high) = (Math.Min(low, number), Math.Max(high, number));
        }

        int[] counts = new int[Bins];
        if (low > high)
            return new Histogram(0, 0, counts);
        double binsPerUnit = low == high ? 0 : Bins / ((double)high - low);
        foreach (float number in numbers)
        {
            if (float.IsFinite(number))
                counts[Math.Min((int)(((double)number - low) * binsPerUnit), Bins - 1)]++;
        }

        return new Histogram(low, high, counts);
    }

    /// <summary>The value below which the given share of values lies, if the values of a bin are spread evenly over it.</summary>
    /// <param name="share">From 0 to 1.</param>
    public double Quantile(double share)
    {
        double width = ((double)High - Low) / Bins, left = share * Total;
        for (int bin = 0; bin < Bins; bin++)
        {
            if (Counts[bin] > 0 && left <= Counts[bin])
                return Low + width * (bin + left / Counts[bin]);
            left -= Counts[bin];
        }

        return High;
    }
}
