namespace RefNet.Data.Digits;

/// <summary>The median of numbers and their spread around it, robust against a minority of outliers: Hampel 1974.</summary>
internal static class Noise
{
    private const int Enough = 1 << 16;

    /// <summary>The median, and the standard deviation of a normal distribution with the same median absolute deviation.</summary>
    public static (float Median, float Deviation) Measure(ReadOnlySpan<float> values)
    {
        int step = 1 + values.Length / Enough;
        float[] sample = new float[(values.Length + step - 1) / step];
        for (int i = 0; i < sample.Length; i++)
            sample[i] = values[i * step];
        float median = Median(sample);
        TensorPrimitives.Subtract(sample, median, sample);
        TensorPrimitives.Abs(sample, sample);
        return (median, 1.4826f * Median(sample));
    }

    private static float Median(float[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
