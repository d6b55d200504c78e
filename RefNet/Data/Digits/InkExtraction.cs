namespace RefNet.Data.Digits;

/// <summary>
/// Separates ink from paper under any light. A camera sees light times reflectance: the brightness of the paper is
/// estimated at each pixel and divided out, which leaves the share of the light that the ink absorbs.
/// </summary>
/// <remarks>
/// The paper is the closing of the picture (<see cref="Morphology.Close"/>) with a window wider than the pen: strokes vanish, while the edges of
/// shadows and gradual changes of light stay. The width of the pen is unknown at first: a wide window finds it, then a narrow one follows the light.
/// </remarks>
internal sealed class InkExtraction
{
    // Fainter marks are not ink: 3/255 of the light, and 4 standard deviations of the noise.
    private const float LeastInk = 3f / 255;
    private const float NoiseDeviations = 4;

    // Below this size, most pixels of a picture may be ink, so the median says nothing about the noise of the paper.
    private const int Tiny = 24;

    private InkExtraction(Plane<float> grey, int radius, double blur)
    {
        Plane<float> smooth = GaussianBlur.Apply(grey, blur);
        Paper = Morphology.Close(smooth, radius);
        Ink = new Plane<float>(grey.Rows, grey.Columns);
        for (int i = 0; i < Ink.Values.Length; i++)
            Ink.Values[i] = (Paper.Values[i] - smooth.Values[i]) / Math.Max(1, Paper.Values[i]);

        // The closing follows the lightest noise of the paper: the typical pixel of paper is darker by the median.
        (float median, NoiseLevel) = Math.Min(grey.Rows, grey.Columns) < Tiny ? default : Noise.Measure(Ink.Values);
        TensorPrimitives.Subtract(Ink.Values, median, Ink.Values);
        Floor = Math.Max(LeastInk, NoiseDeviations * NoiseLevel);
        Threshold = Otsu.Threshold(Ink.Values, Floor);
        PenWidth = StrokeWidth.Measure(Ink.Select(ink => ink > Threshold));
    }

    /// <summary>The brightness of the paper at each pixel, 0 to 255.</summary>
    public Plane<float> Paper { get; }

    /// <summary>The share of the light that is missing at each pixel: 0 on paper, 1 for black ink.</summary>
    public Plane<float> Ink { get; }

    /// <summary>The standard deviation of the paper's noise, in the unit of <see cref="Ink"/>.</summary>
    public float NoiseLevel { get; }

    /// <summary>Values above this are not noise.</summary>
    public float Floor { get; }

    /// <summary>Values above this are certainly ink.</summary>
    public float Threshold { get; }

    /// <summary>Whether the noise hides marks that would be visible without it.</summary>
    public bool IsNoisy => Floor > LeastInk;

    /// <summary>The width of the strokes, in pixels.</summary>
    public double PenWidth { get; }

    /// <summary>Finds the ink of a picture with dark ink on lighter paper.</summary>
    public static InkExtraction Run(Plane<float> grey)
    {
        int side = Math.Min(grey.Rows, grey.Columns);
        if (side < DigitReader.Small)
            return new InkExtraction(grey, radius: side, blur: 0);

        int widest = 3 * side / 8;
        InkExtraction coarse = new(grey, widest, blur: side < 100 ? 0 : 1);
        double blur = side < 100 ? 0 : Blur(coarse.NoiseLevel / coarse.Threshold);
        int radius = Math.Clamp((int)Math.Ceiling(2 * (coarse.PenWidth + blur) + 1), 1, widest);
        return new InkExtraction(grey, radius, Math.Min(blur, coarse.PenWidth / 3));
    }

    // The stronger the noise relative to the ink, the wider the blur, which at least halves the noise of a pixel.
    private static double Blur(double noise) => noise > 1 / 12.0 ? 2 : noise > 1 / 40.0 ? 1 : 0;
}
