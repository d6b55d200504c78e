namespace RefNet.Data.Digits;

/// <summary>Weights each pixel's neighbours by exp(-distance² / 2σ²): this averages out noise, and detail finer than σ.</summary>
internal static class GaussianBlur
{
    public static Plane<float> Apply(Plane<float> x, double sigma) =>
        sigma == 0 ? x : AlongRows(AlongRows(x, sigma).Transposed(), sigma).Transposed();

    private static Plane<float> AlongRows(Plane<float> x, double sigma)
    {
        int radius = (int)Math.Ceiling(3 * sigma);
        float[] kernel = [.. Enumerable.Range(-radius, 2 * radius + 1).Select(i => (float)Math.Exp(-i * i / (2 * sigma * sigma)))];
        TensorPrimitives.Divide(kernel, TensorPrimitives.Sum<float>(kernel), kernel);
        float[] padded = new float[x.Columns + 2 * radius];
        Plane<float> y = new(x.Rows, x.Columns);
        for (int row = 0; row < x.Rows; row++)
        {
            // The outermost pixels are repeated outside the image.
            padded.AsSpan(0, radius).Fill(x.Row(row)[0]);
            x.Row(row).CopyTo(padded.AsSpan(radius));
            padded.AsSpan(radius + x.Columns).Fill(x.Row(row)[^1]);
            for (int column = 0; column < x.Columns; column++)
                y[row, column] = TensorPrimitives.Dot<float>(padded.AsSpan(column, kernel.Length), kernel);
        }

        return y;
    }
}
