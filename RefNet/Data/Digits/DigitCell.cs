namespace RefNet.Data.Digits;

/// <summary>
/// Converts one digit to an image like those of MNIST: 20 pixels in the longer direction, strokes of the usual width, the centre of mass in
/// the middle of 28x28. LeCun et al. 1998, section III-A.
/// </summary>
internal static class DigitCell
{
    /// <summary>The height and width of an image of MNIST.</summary>
    public const int Size = 28;

    /// <summary>The larger of the height and the width of its digit.</summary>
    public const int Box = 20;

    // A digit whose longer side has at most this many pixels is not redrawn: its shape is only in the grey of its edges.
    private const int Coarse = 28;

    // Weaker ink is an artefact of compression, not the edge of a digit.
    private const float LeastInk = 1f / 16;

    /// <summary>Creates the image.</summary>
    /// <param name="ink">The ink of only this digit, 0 to 1, at any size. It must not be empty.</param>
    public static GreyImage Make(Plane<float> ink)
    {
        Plane<float> cut = ink.CropTo(v => v >= LeastInk);
        return Centre(Fit(Math.Max(cut.Rows, cut.Columns) <= Coarse ? cut : PenWidth.Normalize(ink)));
    }

    /// <summary>Whether a picture is already such an image, dark on light: 28x28, with paper around ink that is centred by its mass.</summary>
    public static bool IsIn(Plane<float> grey)
    {
        if (grey.Rows != Size || grey.Columns != Size || grey.Values.Max() < 254.5f)
            return false;
        Plane<float> ink = grey.Select(v => 255 - v);
        (double row, double column) = CentreOfMass(ink);
        double border = Enumerable.Range(0, Size).Max(i => Math.Max(Math.Max(ink[0, i], ink[Size - 1, i]), Math.Max(ink[i, 0], ink[i, Size - 1])));
        Plane<float> cut = ink.CropTo(v => v >= 255 * LeastInk);
        int size = Math.Max(cut.Rows, cut.Columns);
        return border < 0.5 && size is >= Box - 1 and <= Box && Math.Abs(row - Size / 2) <= 1 && Math.Abs(column - Size / 2) <= 1;
    }

    private static Plane<float> Fit(Plane<float> ink)
    {
        double scale = Box / (double)Math.Max(ink.Rows, ink.Columns);
        return Resampling.Resize(ink, Math.Max(1, (int)Math.Round(ink.Rows * scale)), Math.Max(1, (int)Math.Round(ink.Columns * scale)));
    }

    // MNIST's centre is pixel 14, counted from 0; digits are moved by whole pixels.
    private static GreyImage Centre(Plane<float> ink)
    {
        (double row, double column) = CentreOfMass(ink);
        int down = Math.Clamp((int)Math.Round(Size / 2 - row), 0, Size - ink.Rows);
        int across = Math.Clamp((int)Math.Round(Size / 2 - column), 0, Size - ink.Columns);
        byte[] pixels = new byte[Size * Size];
        for (int r = 0; r < ink.Rows; r++)
        {
            for (int c = 0; c < ink.Columns; c++)
                pixels[(r + down) * Size + c + across] = (byte)Math.Round(255 * Math.Clamp(ink[r, c], 0, 1));
        }

        return new GreyImage(pixels, Size, Size);
    }

    // The first moments of the ink, divided by its mass.
    private static (double Row, double Column) CentreOfMass(Plane<float> ink)
    {
        double mass = 0, rowMoment = 0, columnMoment = 0;
        for (int row = 0; row < ink.Rows; row++)
        {
            for (int column = 0; column < ink.Columns; column++)
            {
                mass += ink[row, column];
                rowMoment += row * ink[row, column];
                columnMoment += column * ink[row, column];
            }
        }

        return (rowMoment / mass, columnMoment / mass);
    }
}
