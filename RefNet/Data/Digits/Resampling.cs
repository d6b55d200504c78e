namespace RefNet.Data.Digits;

/// <summary>
/// Resizes a plane. Smaller: each new pixel is the mean over its area. Larger: bilinear interpolation between the centres
/// of the pixels.
/// </summary>
internal static class Resampling
{
    /// <summary>Resizes a plane; the aspect ratio may change.</summary>
    public static Plane<float> Resize(Plane<float> x, int rows, int columns)
    {
        Plane<float> half = AlongRows(x, columns);
        return AlongRows(half.Transposed(), rows).Transposed();
    }

    // y_j = sum_i w_ji x_i in each row; the weights of each j sum to 1.
    private static Plane<float> AlongRows(Plane<float> x, int columns)
    {
        if (columns == x.Columns)
            return x;
        (int First, float[] Weights)[] weights = [.. Enumerable.Range(0, columns).Select(j => Weights(x.Columns, columns, j))];
        Plane<float> y = new(x.Rows, columns);
        for (int row = 0; row < x.Rows; row++)
        {
            ReadOnlySpan<float> from = x.Row(row);
            for (int j = 0; j < columns; j++)
                y[row, j] = TensorPrimitives.Dot(from.Slice(weights[j].First, weights[j].Weights.Length), weights[j].Weights);
        }

        return y;
    }

    private static (int First, float[] Weights) Weights(int from, int to, int j)
    {
        double step = (double)from / to;
        if (step > 1)
        {
            (double start, double end) = (j * step, Math.Min(from, (j + 1) * step));
            int first = (int)start;
            int count = Math.Min(from, (int)Math.Ceiling(end - 1e-9)) - first;
            return (first, [.. Enumerable.Range(first, count).Select(i => (float)((Math.Min(i + 1, end) - Math.Max(i, start)) / (end - start)))]);
        }

        double centre = Math.Clamp((j + 0.5) * step - 0.5, 0, from - 1);
        int left = Math.Min((int)centre, Math.Max(0, from - 2));
        return from == 1 ? (0, [1f]) : (left, [(float)(1 - (centre - left)), (float)(centre - left)]);
    }
}
