namespace RefNet.Data.Digits;

/// <summary>
/// The distance of each pixel to the nearest one of a mask, exactly and in linear time. Felzenszwalb and Huttenlocher, "Distance
/// Transforms of Sampled Functions", Theory of Computing 8, 2012.
/// </summary>
internal static class DistanceTransform
{
    private const float Far = 1e12f;

    /// <summary>Distances in pixels, from centre to centre: 0 in the mask; very large everywhere if it is empty.</summary>
    public static Plane<float> To(Plane<bool> mask)
    {
        Plane<float> squared = AlongRows(AlongRows(mask.Select(set => set ? 0f : Far)).Transposed()).Transposed();
        return squared.Select(MathF.Sqrt);
    }

    // d_p = min_q (p - q)² + f_q: the lower envelope of parabolas, one at each q. The k-th of the envelope has its vertex at at[k] and is
    // the lowest from from[k] on.
    private static Plane<float> AlongRows(Plane<float> f)
    {
        int n = f.Columns;
        int[] at = new int[n];
        double[] from = new double[n + 1];
        Plane<float> d = new(f.Rows, n);
        for (int row = 0; row < f.Rows; row++)
        {
            ReadOnlySpan<float> heights = f.Row(row);
            int k = 0;
            (at[0], from[0], from[1]) = (0, double.NegativeInfinity, double.PositiveInfinity);
            for (int q = 1; q < n; q++)
            {
                double crossing = Crossing(heights, at[k], q);
                while (crossing <= from[k])
                    crossing = Crossing(heights, at[--k], q);
                k++;
                (at[k], from[k], from[k + 1]) = (q, crossing, double.PositiveInfinity);
            }

            k = 0;
            for (int p = 0; p < n; p++)
            {
                while (from[k + 1] < p)
                    k++;
                d[row, p] = (float)(p - at[k]) * (p - at[k]) + heights[at[k]];
            }
        }

        return d;
    }

    private static double Crossing(ReadOnlySpan<float> heights, int p, int q) =>
        (heights[q] + (double)q * q - heights[p] - (double)p * p) / (2.0 * (q - p));
}
