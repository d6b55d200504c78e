namespace RefNet.Data.Digits;

/// <summary>The processing steps of a picture, and the digits in it.</summary>
public sealed class DigitReading
{
    internal DigitReading(Plane<float> seen, Plane<float> paper, Plane<float> ink, Plane<bool> strokes, double scale, IReadOnlyList<Component> digits)
    {
        (Seen, Paper, Ink, Strokes, Scale) = (seen, paper, ink, strokes, scale);
        Digits = [.. digits.Select(Found)];
    }

    private DigitReading(Plane<float> cell)
    {
        Scale = 1;
        Seen = cell;
        Paper = cell.Select(_ => 255f);
        Ink = cell.Select(v => (255 - v) / 255);
        Strokes = Ink.Select(v => v >= 0.5f);
        GreyImage image = new([.. cell.Values.Select(v => (byte)Math.Round(255 - v))], cell.Rows, cell.Columns);
        Digits = [new FoundDigit(new Box(0, 0, cell.Rows, cell.Columns), image)];
    }

    /// <summary>The digits, at least one: line by line, each from left to right.</summary>
    public IReadOnlyList<FoundDigit> Digits { get; private init; }

    /// <summary>The picture in grey, scaled by <see cref="Scale"/>.</summary>
    internal Plane<float> Seen { get; }

    /// <summary>The brightness of the paper alone.</summary>
    internal Plane<float> Paper { get; }

    /// <summary>The ink at full strength, 0 to 1.</summary>
    internal Plane<float> Ink { get; }

    /// <summary>The mask of strokes, without frames and the lines of the paper.</summary>
    internal Plane<bool> Strokes { get; }

    /// <summary>Pixels of these planes per pixel of the picture.</summary>
    internal double Scale { get; }

    /// <summary>The reading of a picture that is already an image like those of MNIST.</summary>
    internal static DigitReading OfCell(Plane<float> cell) => new(cell);

    /// <summary>
    /// Ways to split one of the digits in two, if it is wide enough to be several touching digits, those that cut the least ink first. The halves
    /// may be split again. Most of the ways are wrong.
    /// </summary>
    /// <param name="digit">A digit of this reading, or a half of one.</param>
    public IEnumerable<(FoundDigit Left, FoundDigit Right)> Cuts(FoundDigit digit) =>
        digit.Part is null ? [] : TouchingDigits.Cuts(digit.Part, Ink.Columns).Select(halves => (Found(halves.Left), Found(halves.Right)));

    /// <summary>The same reading with other digits: some of them split.</summary>
    public DigitReading With(IReadOnlyList<FoundDigit> digits) => new(Seen, Paper, Ink, Strokes, Scale, []) { Digits = digits };

    private FoundDigit Found(Component digit) => new(digit.Box.Scale(1 / Scale), DigitCell.Make(OwnInk(digit))) { Part = digit };

    // The ink of one digit: its own pixels, and the grey ones at their edges.
    private Plane<float> OwnInk(Component digit)
    {
        Box box = digit.Box.Grow(2);
        Plane<float> own = new(box.Rows, box.Columns);
        foreach (int pixel in digit.Pixels)
            own[pixel / Ink.Columns - box.Top, pixel % Ink.Columns - box.Left] = 1;
        own = Morphology.Dilate(own, radius: 1);
        Plane<float> ink = Ink.Crop(box);
        TensorPrimitives.Multiply(ink.Values, own.Values, ink.Values);
        return ink;
    }
}
