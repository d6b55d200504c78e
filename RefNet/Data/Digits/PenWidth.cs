namespace RefNet.Data.Digits;

/// <summary>
/// Redraws a digit with a pen as wide as those of MNIST. When the picture is reduced, a thin pen on a large sheet would become a pale hairline,
/// and a thick one would close the loops.
/// </summary>
internal static class PenWidth
{
    /// <summary>The thinnest pen that is kept, in pixels of the image of 20: one in four of MNIST's digits is thinner.</summary>
    private const double Thinnest = 2.2;

    /// <summary>The thickest pen that is kept: one in twenty is thicker.</summary>
    private const double Thickest = 4;

    // The longer side of a digit while it is redrawn; smaller ones are enlarged to it.
    private const int FineSize = 120;

    // Half of the ink: the edge runs through half-covered pixels.
    private const float Edge = 0.5f;

    /// <summary>Gives the ink of the redrawn digit, without a border.</summary>
    /// <param name="ink">The ink of a digit, 0 to 1.</param>
    public static Plane<float> Normalize(Plane<float> ink)
    {
        Plane<bool> strokes = Strokes(ink);
        double size = Math.Max(strokes.Rows, strokes.Columns), width = StrokeWidth.Measure(strokes);
        double wanted = Math.Clamp(width * DigitCell.Box / size, Thinnest, Thickest);
        // When the pen gains 2 g, so does the digit: with g = (wanted / scale - width) / 2 and (size + 2 g) scale = box, this is the scale.
        double scale = size > width ? (DigitCell.Box - wanted) / (size - width) : DigitCell.Box / size;
        return Redraw(strokes, grow: (wanted / scale - width) / 2);
    }

    /// <summary>The width of a digit's strokes when the digit is scaled to 20 pixels.</summary>
    internal static double Of(Plane<float> ink)
    {
        Plane<bool> strokes = Strokes(ink);
        return StrokeWidth.Measure(strokes) * DigitCell.Box / Math.Max(strokes.Rows, strokes.Columns);
    }

    private static Plane<bool> Strokes(Plane<float> ink)
    {
        double scale = Math.Max(1, (double)FineSize / Math.Max(ink.Rows, ink.Columns));
        Plane<float> fine = Resampling.Resize(ink, (int)Math.Round(ink.Rows * scale), (int)Math.Round(ink.Columns * scale));
        return fine.CropTo(v => v >= Edge).Select(v => v >= Edge);
    }

    // Pixels nearer to the strokes than grow become ink, too; a negative grow removes ink at their edges.
    private static Plane<float> Redraw(Plane<bool> strokes, double grow)
    {
        Plane<bool> inside = strokes.Crop(new Box(0, 0, strokes.Rows, strokes.Columns).Grow(Math.Max(1, (int)Math.Ceiling(grow))));
        Plane<float> outwards = DistanceTransform.To(inside), inwards = DistanceTransform.To(inside.Select(ink => !ink));
        Plane<float> ink = new(inside.Rows, inside.Columns);
        for (int i = 0; i < ink.Values.Length; i++)
        {
            // The edge is half a pixel from the centres on both sides of it.
            double beyondEdge = inside.Values[i] ? 0.5 - inwards.Values[i] : outwards.Values[i] - 0.5;
            ink.Values[i] = (float)Math.Clamp(grow - beyondEdge + 0.5, 0, 1);
        }

        return ink.CropTo(v => v >= Edge / 2);
    }
}
