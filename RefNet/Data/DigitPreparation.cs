namespace RefNet.Data;

/// <summary>
/// Turns a picture of one digit into an image like those of MNIST: the ink is cut out, scaled to fit 20x20 with its proportions
/// and with grey edges, and centred by its centre of mass in 28x28. Ink is 255, paper 0.
/// LeCun et al. 1998, section III-A.
/// </summary>
public static class DigitPreparation
{
    /// <summary>The height and width of the result.</summary>
    public const int Size = 28;

    private const int Box = 20;

    // Ink must differ from the paper by a tenth of the range from black to white; fainter marks are no digit.
    private const int LeastContrast = 26;

    // A pixel with less than this share of the full ink is an artefact of compression, not the edge of the digit.
    private const double LeastInk = 1.0 / 16;

    /// <summary>Prepares a picture of any size, dark on light or light on dark: the border tells which is the paper.</summary>
    /// <exception cref="InputException">It shows no ink.</exception>
    public static GreyImage Prepare(GreyImage picture)
    {
        double[,] ink = Crop(Ink(picture));
        double scale = (double)Box / Math.Max(ink.GetLength(0), ink.GetLength(1));
        int rows = Math.Max(1, (int)Math.Round(ink.GetLength(0) * scale));
        int columns = Math.Max(1, (int)Math.Round(ink.GetLength(1) * scale));
        return Centre(Resize(ink, rows, columns));
    }

    // The ink of each pixel: 0 for paper, 1 for the pixel that differs most from it.
    private static double[,] Ink(GreyImage picture)
    {
        byte[] border = Border(picture);
        double paper = Median([.. border.Select(pixel => (double)pixel)]);
        // Paper in a photograph is uneven: what differs from it no more than pixels of the border do is paper too.
        double noise = 4 * Median([.. border.Select(pixel => Math.Abs(pixel - paper))]);

        double darkest = paper - TensorPrimitives.Min(picture.Pixels);
        double lightest = TensorPrimitives.Max(picture.Pixels) - paper;
        bool inkIsDark = darkest > lightest;
        double contrast = Math.Max(darkest, lightest) - noise;
        if (contrast < LeastContrast)
        {
            throw new InputException(
                $"Expected a picture of a digit; found no ink (the values of its pixels differ by {Math.Max(0, contrast):0} of 255). "
                + "Give a picture with one dark digit on light paper, or a light one on dark.");
        }

        double[,] ink = new double[picture.Rows, picture.Columns];
        for (int row = 0; row < picture.Rows; row++)
        {
            for (int column = 0; column < picture.Columns; column++)
            {
                double difference = inkIsDark ? paper - picture[row, column] : picture[row, column] - paper;
                ink[row, column] = Math.Max(0, difference - noise) / contrast;
            }
        }

        return ink;
    }

    private static double[,] Crop(double[,] ink)
    {
        int top = int.MaxValue, left = int.MaxValue, bottom = 0, right = 0;
        for (int row = 0; row < ink.GetLength(0); row++)
        {
            for (int column = 0; column < ink.GetLength(1); column++)
            {
                if (ink[row, column] < LeastInk)
                    continue;
                (top, bottom) = (Math.Min(top, row), Math.Max(bottom, row));
                (left, right) = (Math.Min(left, column), Math.Max(right, column));
            }
        }

        double[,] cut = new double[bottom - top + 1, right - left + 1];
        for (int row = top; row <= bottom; row++)
        {
            for (int column = left; column <= right; column++)
                cut[row - top, column - left] = ink[row, column];
        }

        return cut;
    }

    // First the columns, then the rows: scaled = A ink Bᵀ, with the weights of each direction in A and B.
    private static double[,] Resize(double[,] ink, int rows, int columns)
    {
        double[,] a = Weights(ink.GetLength(0), rows);
        double[,] b = Weights(ink.GetLength(1), columns);
        double[,] half = new double[ink.GetLength(0), columns];
        double[,] scaled = new double[rows, columns];
        for (int i = 0; i < ink.GetLength(0); i++)
        {
            for (int j = 0; j < columns; j++)
            {
                for (int k = 0; k < ink.GetLength(1); k++)
                    half[i, j] += ink[i, k] * b[j, k];
            }
        }

        for (int i = 0; i < rows; i++)
        {
            for (int k = 0; k < ink.GetLength(0); k++)
            {
                for (int j = 0; j < columns; j++)
                    scaled[i, j] += a[i, k] * half[k, j];
            }
        }

        return scaled;
    }

    // The weight of each old pixel in each new one; the weights of a new pixel sum to 1. Shrinking weighs by the area of the old
    // pixel inside the new one; enlarging interpolates linearly between centres.
    private static double[,] Weights(int from, int to)
    {
        double[,] weights = new double[to, from];
        double step = (double)from / to;
        for (int i = 0; i < to; i++)
        {
            if (step >= 1)
            {
                for (int j = (int)(i * step); j < from && j < (i + 1) * step; j++)
                    weights[i, j] = (Math.Min(j + 1, (i + 1) * step) - Math.Max(j, i * step)) / step;
            }
            else
            {
                double centre = Math.Clamp((i + 0.5) * step - 0.5, 0, from - 1);
                int j = Math.Min((int)centre, Math.Max(0, from - 2));
                weights[i, j] = 1 - (centre - j);
                if (j + 1 < from)
                    weights[i, j + 1] = centre - j;
            }
        }

        return weights;
    }

    // MNIST's centre is pixel 14, counted from 0; digits are moved by whole pixels.
    private static GreyImage Centre(double[,] ink)
    {
        int rows = ink.GetLength(0);
        int columns = ink.GetLength(1);
        double mass = 0, rowMoment = 0, columnMoment = 0;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                mass += ink[row, column];
                rowMoment += row * ink[row, column];
                columnMoment += column * ink[row, column];
            }
        }

        int down = Math.Clamp((int)Math.Round(Size / 2 - rowMoment / mass), 0, Size - rows);
        int across = Math.Clamp((int)Math.Round(Size / 2 - columnMoment / mass), 0, Size - columns);
        byte[] pixels = new byte[Size * Size];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                pixels[(row + down) * Size + column + across] = (byte)Math.Round(255 * Math.Min(1, ink[row, column]));
        }

        return new GreyImage(pixels, Size, Size);
    }

    private static byte[] Border(GreyImage picture) =>
    [
        .. picture.Pixels[..picture.Columns],
        .. picture.Pixels[^picture.Columns..],
        .. Enumerable.Range(0, picture.Rows).Select(row => picture[row, 0]),
        .. Enumerable.Range(0, picture.Rows).Select(row => picture[row, picture.Columns - 1]),
    ];

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
