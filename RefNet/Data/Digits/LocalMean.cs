namespace RefNet.Data.Digits;

/// <summary>The mean around each pixel, over a square that is clipped at the edges.</summary>
internal static class LocalMean
{
    /// <summary>The difference of each value from the mean around it, which removes gradual changes of light.</summary>
    /// <param name="x">The values.</param>
    /// <param name="share">Half of the square's side, as a fraction of the plane's shorter side.</param>
    public static float[] Differences(Plane<float> x, double share)
    {
        int radius = Math.Max(1, (int)(share * Math.Min(x.Rows, x.Columns)));
        Plane<float> mean = AlongRows(AlongRows(x, radius).Transposed(), radius).Transposed();
        float[] differences = new float[x.Values.Length];
        TensorPrimitives.Subtract(x.Values, mean.Values, differences);
        return differences;
    }

    // The mean of 2 radius + 1 neighbours, from running sums.
    private static Plane<float> AlongRows(Plane<float> x, int radius)
    {
        Plane<float> mean = new(x.Rows, x.Columns);
        double[] sums = new double[x.Columns + 1];
        for (int row = 0; row < x.Rows; row++)
        {
            for (int column = 0; column < x.Columns; column++)
                sums[column + 1] = sums[column] + x[row, column];
            for (int column = 0; column < x.Columns; column++)
            {
                (int first, int end) = (Math.Max(0, column - radius), Math.Min(x.Columns, column + radius + 1));
                mean[row, column] = (float)((sums[end] - sums[first]) / (end - first));
            }
        }

        return mean;
    }
}
