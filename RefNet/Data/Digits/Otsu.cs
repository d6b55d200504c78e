namespace RefNet.Data.Digits;

/// <summary>
/// Splits numbers into a lower and a higher class where the variance between the classes is largest. Otsu, "A Threshold Selection Method
/// from Gray-Level Histograms", IEEE Transactions on Systems, Man, and Cybernetics 9, 1979.
/// </summary>
internal static class Otsu
{
    private const int Bins = 256;

    /// <summary>The midpoint between the means of both classes.</summary>
    /// <param name="values">Numbers; those up to <paramref name="floor"/> are ignored.</param>
    /// <param name="floor">The upper limit of numbers that belong to neither class.</param>
    public static float Threshold(ReadOnlySpan<float> values, float floor)
    {
        float top = TensorPrimitives.Max(values);
        if (!(top > floor))
            return floor;

        double[] counts = new double[Bins];
        double[] sums = new double[Bins];
        foreach (float value in values)
        {
            if (value <= floor)
                continue;
            int bin = Math.Min(Bins - 1, (int)((value - floor) / (top - floor) * Bins));
            counts[bin]++;
            sums[bin] += value;
        }

        double count = counts.Sum(), sum = sums.Sum();
        double below = 0, sumBelow = 0, best = 0, threshold = floor;
        for (int bin = 0; bin < Bins - 1; bin++)
        {
            below += counts[bin];
            sumBelow += sums[bin];
            if (below == 0 || below == count)
                continue;
            double low = sumBelow / below, high = (sum - sumBelow) / (count - below);
            double variance = below * (count - below) * (high - low) * (high - low); // equation 14, times count²
            if (variance > best)
                (best, threshold) = (variance, (low + high) / 2);
        }

        return (float)threshold;
    }
}
