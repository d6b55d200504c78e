namespace RefNet.Data.Digits;

/// <summary>
/// Converts a picture to grey so that ink and paper differ most. Luma loses a red pen on green paper; the first principal component of the
/// colours' differences from their surroundings (Pearson 1901; Hotelling 1933) is the direction from the colour of the paper to that of the ink.
/// </summary>
internal static class ColourContrast
{
    private const int Iterations = 30;

    /// <summary>The picture in grey, 0 to 255, at another size.</summary>
    public static Plane<float> Grey(Picture picture, int rows, int columns)
    {
        Plane<float>[] channels = [.. Enumerable.Range(0, picture.Channels).Select(channel => Resampling.Resize(Channel(picture, channel), rows, columns))];
        if (picture.Alpha() is not null)
            LayOnPaper(channels[..^1], alpha: channels[^1]);
        return picture.HasColour ? Project(channels[..3]) : channels[0];
    }

    private static Plane<float> Channel(Picture picture, int channel)
    {
        Plane<float> plane = new(picture.Rows, picture.Columns);
        ReadOnlySpan<byte> values = picture.Values;
        for (int i = 0; i < plane.Values.Length; i++)
            plane.Values[i] = values[i * picture.Channels + channel];
        return plane;
    }

    // Transparent pixels show the paper: white if the drawing is dark, black if it is light.
    private static void LayOnPaper(Plane<float>[] colours, Plane<float> alpha)
    {
        double drawn = colours.Average(colour => TensorPrimitives.Dot<float>(colour.Values, alpha.Values)) / Math.Max(1, TensorPrimitives.Sum<float>(alpha.Values));
        float paper = drawn < 128 ? 255 : 0;
        foreach (Plane<float> colour in colours)
        {
            for (int i = 0; i < colour.Values.Length; i++)
                colour.Values[i] = paper + (colour.Values[i] - paper) * alpha.Values[i] / 255;
        }
    }

    // sum_c |w_c| x_c, with 255 - x_c where w_c is negative, so that the values stay within 0 to 255.
    private static Plane<float> Project(Plane<float>[] colours)
    {
        double[] w = Direction(colours);
        double sum = w.Sum(Math.Abs);
        Plane<float> grey = new(colours[0].Rows, colours[0].Columns);
        for (int c = 0; c < w.Length; c++)
        {
            float share = (float)(Math.Abs(w[c]) / sum);
            for (int i = 0; i < grey.Values.Length; i++)
                grey.Values[i] += share * (w[c] < 0 ? 255 - colours[c].Values[i] : colours[c].Values[i]);
        }

        return grey;
    }

    // The eigenvector of the largest eigenvalue of the covariance, by power iteration, with a positive sum, so that light stays light.
    private static double[] Direction(Plane<float>[] colours)
    {
        float[][] differences = [.. colours.Select(colour => LocalMean.Differences(colour, share: 0.25))];
        double[] w = [0.299, 0.587, 0.114]; // luma, if there is no colour
        double[,] covariance = new double[w.Length, w.Length];
        for (int a = 0; a < w.Length; a++)
        {
            for (int b = 0; b < w.Length; b++)
                covariance[a, b] = TensorPrimitives.Dot<float>(differences[a], differences[b]);
        }

        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            double[] next = [.. Enumerable.Range(0, w.Length).Select(a => Enumerable.Range(0, w.Length).Sum(b => covariance[a, b] * w[b]))];
            double length = Math.Sqrt(next.Sum(value => value * value));
            if (length < 1e-6)
                return w;
            w = [.. next.Select(value => value / length)];
        }

        return w.Sum() < 0 ? [.. w.Select(value => -value)] : w;
    }
}
