namespace RefNet.Data.Digits;

/// <summary>
/// Grey-scale morphology with a square window: the largest or the smallest value in it. Serra, "Image Analysis and Mathematical
/// Morphology", 1982. The window is clipped at the edges.
/// </summary>
internal static class Morphology
{
    /// <summary>
    /// Closing: dilation, then erosion. It fills dark regions narrower than the window with the grey around them, and keeps straight
    /// edges between larger regions in place.
    /// </summary>
    /// <param name="x">The grey values.</param>
    /// <param name="radius">The window has 2 radius + 1 pixels on each side.</param>
    /// <remarks>Windows whose centre is outside count, too: they reach into the corners of a shadow cut by the edge of the picture.</remarks>
    public static Plane<float> Close(Plane<float> x, int radius)
    {
        Plane<float> wide = new(x.Rows + 2 * radius, x.Columns + 2 * radius);
        wide.Values.AsSpan().Fill(float.NegativeInfinity);
        for (int row = 0; row < x.Rows; row++)
            x.Row(row).CopyTo(wide.Row(row + radius)[radius..]);
        return Erode(Dilate(wide, radius), radius).Crop(new Box(radius, radius, x.Rows, x.Columns));
    }

    /// <summary>y_p = the largest x in the window around p.</summary>
    public static Plane<float> Dilate(Plane<float> x, int radius) => AlongRows(AlongRows(x, radius).Transposed(), radius).Transposed();

    /// <summary>y_p = the smallest x in the window around p.</summary>
    public static Plane<float> Erode(Plane<float> x, int radius) => Dilate(x.Select(v => -v), radius).Select(v => -v);

    // The largest of 2 r + 1 neighbours at a constant cost per pixel: van Herk 1992; Gil and Werman 1993. The padded row is divided into
    // blocks as long as the window. A window overlaps two blocks: its maximum is the larger of the running maximum from the end of the
    // first block and that from the beginning of the second.
    private static Plane<float> AlongRows(Plane<float> x, int radius)
    {
        int window = 2 * radius + 1;
        int length = (x.Columns + 2 * radius + window - 1) / window * window;
        float[] padded = new float[length];
        float[] forward = new float[length];
        float[] backward = new float[length];
        Plane<float> y = new(x.Rows, x.Columns);
        for (int row = 0; row < x.Rows; row++)
        {
            padded.AsSpan().Fill(float.NegativeInfinity);
            x.Row(row).CopyTo(padded.AsSpan(radius));
            for (int i = 0; i < length; i++)
                forward[i] = i % window == 0 ? padded[i] : Math.Max(forward[i - 1], padded[i]);
            for (int i = length - 1; i >= 0; i--)
                backward[i] = i % window == window - 1 ? padded[i] : Math.Max(backward[i + 1], padded[i]);
            Span<float> to = y.Row(row);
            for (int i = 0; i < to.Length; i++)
                to[i] = Math.Max(backward[i], forward[i + window - 1]);
        }

        return y;
    }
}
