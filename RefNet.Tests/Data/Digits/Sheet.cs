using RefNet.Data;

namespace RefNet.Tests.Data.Digits;

/// <summary>A sheet with ink on it, and light that falls on it: what a camera sees is paper or ink, times light, plus noise.</summary>
internal sealed class Sheet(int rows, int columns, int seed = 1)
{
    private readonly float[] ink = new float[rows * columns];
    private readonly float[] reflectance = [.. Enumerable.Repeat(1f, rows * columns)];
    private readonly float[] light = [.. Enumerable.Repeat(1f, rows * columns)];

    public Random Random { get; } = new(seed);

    public int Rows => rows;

    public int Columns => columns;

    /// <summary>0 to 1 at each pixel.</summary>
    public Span<float> Ink => ink;

    /// <summary>What the paper gives back of the light, 0 to 1.</summary>
    public Span<float> Paper => reflectance;

    /// <summary>Strokes of a round pen in a box.</summary>
    public Sheet Draw(Point[][] strokes, double top, double left, double side, double pen)
    {
        foreach (Point[] stroke in strokes)
        {
            for (int i = 1; i < stroke.Length; i++)
                Line(left + side * stroke[i - 1].X, top + side * stroke[i - 1].Y, left + side * stroke[i].X, top + side * stroke[i].Y, pen, ink, 1);
        }

        return this;
    }

    /// <summary>A digit in the middle, over a share of the shorter side.</summary>
    public Sheet Draw(Point[][] strokes, double pen, double share = .7)
    {
        double side = share * Math.Min(rows, columns);
        return Draw(strokes, (rows - side) / 2, (columns - side) / 2, side, pen);
    }

    /// <summary>A printed line on the paper, as pale as <paramref name="reflects"/> is near to 1.</summary>
    public Sheet Print(double x0, double y0, double x1, double y1, double pen, double reflects)
    {
        float[] printed = new float[ink.Length];
        Line(x0, y0, x1, y1, pen, printed, 1);
        for (int i = 0; i < printed.Length; i++)
            reflectance[i] *= (float)(1 - printed[i] * (1 - reflects));
        return this;
    }

    /// <summary>Multiplies the light by a function of the place.</summary>
    public Sheet Light(Func<double, double, double> factor)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                light[row * columns + column] *= (float)factor((column + .5) / columns, (row + .5) / rows);
        }

        return this;
    }

    /// <summary>What is seen.</summary>
    /// <param name="paper">The brightness of the paper in full light.</param>
    /// <param name="pen">The brightness of full ink.</param>
    /// <param name="noise">The standard deviation of the noise, in levels of 255.</param>
    public GreyImage Photograph(double paper = 255, double pen = 0, double noise = 0)
    {
        byte[] pixels = new byte[ink.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            double seen = (paper * reflectance[i] * (1 - ink[i]) + pen * ink[i]) * light[i];
            pixels[i] = (byte)Math.Clamp(Math.Round(seen + (noise > 0 ? noise * Normal() : 0)), 0, 255);
        }

        return new GreyImage(pixels, rows, columns);
    }

    /// <summary>A number of the standard normal distribution.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Random.NextDouble())) * Math.Cos(2 * Math.PI * Random.NextDouble());

    // A line of a round pen: what is covered of each pixel, with soft edges.
    private void Line(double ax, double ay, double bx, double by, double pen, float[] onto, float strength)
    {
        double radius = pen / 2, dx = bx - ax, dy = by - ay, length = Math.Max(1e-9, dx * dx + dy * dy);
        for (int row = Math.Max(0, (int)(Math.Min(ay, by) - radius - 2)); row < Math.Min(rows, Math.Max(ay, by) + radius + 2); row++)
        {
            for (int column = Math.Max(0, (int)(Math.Min(ax, bx) - radius - 2)); column < Math.Min(columns, Math.Max(ax, bx) + radius + 2); column++)
            {
                (double x, double y) = (column + .5 - ax, row + .5 - ay);
                double t = Math.Clamp((x * dx + y * dy) / length, 0, 1);
                double covered = Math.Min(1, radius + .5 - Math.Sqrt(Math.Pow(x - t * dx, 2) + Math.Pow(y - t * dy, 2)));
                // A pen thinner than a pixel covers less of it.
                onto[row * columns + column] = Math.Max(onto[row * columns + column], (float)(covered * Math.Min(1, pen) * strength));
            }
        }
    }
}
