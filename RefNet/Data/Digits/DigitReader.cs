using System.Globalization;

namespace RefNet.Data.Digits;

/// <summary>
/// Finds the digits in a picture and converts each to an image like those of MNIST, for any resolution, light, paper
/// and pen. docs/digits.md shows the steps.
/// </summary>
public static class DigitReader
{
    /// <summary>In a smaller picture strokes are one or two pixels wide: they are mostly edges, and cannot be distinguished from lines.</summary>
    internal const int Small = 64;

    // The smallest height or width of a digit, as a fraction of the picture's shorter side.
    private const double LeastSize = 1 / 40.0;

    // The longer side of the picture in which digits are searched. The strokes of a pen on a picture of 12 megapixels are still two pixels wide.
    private const int WorkingSize = 1024;

    /// <summary>Reads a picture of any size and colours, dark on light or light on dark.</summary>
    /// <exception cref="InputException">It has no ink.</exception>
    public static DigitReading Read(Picture picture)
    {
        double scale = Math.Min(1, (double)WorkingSize / Math.Max(picture.Rows, picture.Columns));
        Plane<float> seen = ColourContrast.Grey(picture, Scaled(picture.Rows, scale), Scaled(picture.Columns, scale));
        Plane<float> negative = seen.Select(v => 255 - v);
        if (DigitCell.IsIn(seen) || DigitCell.IsIn(negative))
            return DigitReading.OfCell(DigitCell.IsIn(seen) ? seen : negative);

        Plane<float> grey = Polarity.InkIsLight(seen) ? negative : seen;
        InkExtraction extraction = InkExtraction.Run(grey);
        Plane<float> ink = InkStrength.Run(extraction);
        Plane<bool> strokes = Strokes(ink, extraction);
        IReadOnlyList<Component> parts = [.. ConnectedComponents.Find(strokes).Where(part => IsInk(part, extraction))];
        if (parts.Count == 0)
            throw NoInk(extraction);
        return new DigitReading(seen, extraction.Paper, ink, strokes, scale, DigitGrouping.Group(parts, strokes));
    }

    /// <summary>Reads a grey picture.</summary>
    /// <exception cref="InputException">It has no ink.</exception>
    public static DigitReading Read(GreyImage picture) => Read(new Picture(picture.Pixels.ToArray(), picture.Rows, picture.Columns, channels: 1));

    private static int Scaled(int length, double scale) => Math.Max(1, (int)Math.Round(length * scale));

    private static Plane<bool> Strokes(Plane<float> ink, InkExtraction extraction) => Math.Min(ink.Rows, ink.Columns) < Small
        ? ink.Select(v => v >= 0.25f)
        : RuledLines.Remove(ink.Select(v => v >= 0.5f), extraction.Ink, extraction.Floor);

    // Specks are not ink, nor are marks that are faint everywhere.
    private static bool IsInk(Component part, InkExtraction extraction)
    {
        int side = Math.Min(extraction.Ink.Rows, extraction.Ink.Columns);
        return (side < Small || part.Box.Size >= LeastSize * side) && part.Pixels.Any(pixel => extraction.Ink.Values[pixel] > extraction.Threshold);
    }

    private static InputException NoInk(InkExtraction extraction)
    {
        double most = Math.Max(0, TensorPrimitives.Max<float>(extraction.Ink.Values));
        string found = extraction.IsNoisy
            ? "nothing in it except noise and specks"
            : string.Create(CultureInfo.InvariantCulture, $"nothing in it, except specks, differs from its surroundings by more than {100 * most:0.0} % of the light");
        return new InputException($"Expected a picture of digits; found no ink: {found}. Give a picture with dark digits on lighter paper, or with light ones on darker paper.");
    }
}
