using System.Numerics;
using RefNet.Data;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>Draws the results of the visualisers as RGB pictures.</summary>
public static class Drawing
{
    // The opacity of the picture below a heat map.
    private const double UnderShare = 0.4;

    // The share by which colours are darker on black paper.
    private const double PaperShare = 0.35;

    private const byte Gap = 128;

    /// <summary>An image as the network sees it: the smallest value is black, the largest white. Three channels are red, green and blue; otherwise their mean is drawn.</summary>
    /// <param name="x">C x H x W.</param>
    public static Picture Image<T>(Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] values = x.Shape[0] == 3 ? Numbers(x) : Mean(x);
        (double low, double high) = (values.Min(), values.Max());
        double scale = high > low ? 255 / (high - low) : 0;
        return FromBytes([.. values.Select(value => (value - low) * scale)], x.Shape[1], x.Shape[2]);
    }

    /// <summary>An image with its original bytes: values outside the range of a channel are clipped to it. Three channels are red, green and blue; otherwise their mean is drawn.</summary>
    /// <param name="x">C x H x W.</param>
    /// <param name="scaling">The scaling from bytes to numbers.</param>
    public static Picture Image<T>(Tensor<T> x, PixelScaling scaling) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int pixels = x.Shape[1] * x.Shape[2];
        double[] bytes = [.. Numbers(x).Select((value, i) => Math.Clamp(scaling.ByteOf(i / pixels, value), 0, 255))];
        return FromBytes(x.Shape[0] == 3 ? bytes : Mean(bytes, x.Shape[0]), x.Shape[1], x.Shape[2]);
    }

    /// <summary>A map of numbers of 0 or more: 0 is dark, the largest bright.</summary>
    /// <param name="map">H x W.</param>
    /// <param name="most">The number drawn brightest; the largest one if null.</param>
    public static Picture Heat<T>(Tensor<T> map, double? most = null) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] values = Numbers(map);
        double scale = most ?? values.Max();
        return Make(map.Shape[0], map.Shape[1], i => ColourMap.Inferno[scale > 0 ? values[i] / scale : 0]);
    }

    /// <summary>The same, enlarged and overlaid on a picture in grey.</summary>
    /// <param name="map">U x V.</param>
    /// <param name="under">The picture.</param>
    /// <param name="most">The number drawn brightest; the largest one if null.</param>
    public static Picture HeatOver<T>(Tensor<T> map, Picture under, double? most = null) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Picture heat = Heat(Enlarge(map, under.Rows, under.Columns), most ?? Numbers(map).Max());
        GreyImage grey = under.ToGrey();
        return Make(under.Rows, under.Columns, i =>
        {
            ReadOnlySpan<byte> colour = heat.Values.Slice(3 * i, 3);
            double below = UnderShare * grey.Pixels[i];
            return (Blend(colour[0]), Blend(colour[1]), Blend(colour[2]));

            byte Blend(byte over) => (byte)Math.Round(below + (1 - UnderShare) * over);
        });
    }

    /// <summary>A map enlarged to the size of an image, by bilinear interpolation between the centres of its elements.</summary>
    public static Tensor<T> Enlarge<T>(Tensor<T> map, int rows, int columns) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Enlarging.Bilinear(map, rows, columns);

    /// <summary>Signed values: blue is negative, white zero, red positive. Channels are summed, and one pixel in 200 may exceed the scale.</summary>
    /// <param name="w">C x H x W.</param>
    public static Picture Signed<T>(Tensor<T> w) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] values = [.. Mean(w).Select(value => value * w.Shape[0])];
        double[] sizes = [.. values.Select(Math.Abs).Order()];
        double most = sizes[(int)(0.995 * (sizes.Length - 1))] is var usual && usual > 0 ? usual : sizes[^1];
        return Make(w.Shape[1], w.Shape[2], i => ColourMap.BlueRed[most > 0 ? 0.5 + values[i] / (2 * most) : 0.5]);
    }

    /// <summary>The same, printed on a picture: where it is dark, the colours are slightly darker, so that the picture shows through.</summary>
    /// <param name="w">C x H x W.</param>
    /// <param name="paper">The picture, H x W.</param>
    public static Picture SignedOver<T>(Tensor<T> w, Picture paper) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Picture colours = Signed(w);
        GreyImage grey = paper.ToGrey();
        return Make(colours.Rows, colours.Columns, i =>
        {
            ReadOnlySpan<byte> colour = colours.Values.Slice(3 * i, 3);
            double light = 1 - PaperShare * (255 - grey.Pixels[i]) / 255;
            return ((byte)(light * colour[0]), (byte)(light * colour[1]), (byte)(light * colour[2]));
        });
    }

    /// <summary>Colours the positions of a map whose class differs from the usual one, over a picture in grey.</summary>
    /// <param name="classes">R x Q classes, row by row.</param>
    /// <param name="rows">R.</param>
    /// <param name="usual">The class that is not coloured.</param>
    /// <param name="under">The picture.</param>
    public static Picture ClassesOver(IReadOnlyList<int> classes, int rows, int usual, Picture under)
    {
        GreyImage grey = under.ToGrey();
        return Make(under.Rows, under.Columns, i =>
        {
            int c = classes[i / under.Columns * rows / under.Rows * (classes.Count / rows) + i % under.Columns * (classes.Count / rows) / under.Columns];
            (int colour, double below) = (ClassColour(c), UnderShare * grey.Pixels[i]);
            return c == usual ? (grey.Pixels[i], grey.Pixels[i], grey.Pixels[i]) : (Over(16), Over(8), Over(0));

            byte Over(int shift) => (byte)(below + (1 - UnderShare) * (colour >> shift & 255));
        });
    }

    /// <summary>Enlarges each pixel to a block.</summary>
    public static Picture Enlarged(Picture picture, int factor)
    {
        int columns = picture.Columns * factor;
        return Make(picture.Rows * factor, columns, i =>
        {
            ReadOnlySpan<byte> pixel = picture[i / columns / factor, i % columns / factor];
            return (pixel[0], pixel[1], pixel[2]);
        });
    }

    /// <summary>Pictures in rows, with a grey gap between them; each cell has the size of the largest.</summary>
    /// <param name="pictures">One or more.</param>
    /// <param name="columns">The number of pictures per row.</param>
    /// <param name="gap">The gap, in pixels.</param>
    public static Picture Grid(IReadOnlyList<Picture> pictures, int columns, int gap = 2)
    {
        columns = Math.Min(columns, pictures.Count);
        int height = pictures.Max(picture => picture.Rows) + gap, width = pictures.Max(picture => picture.Columns) + gap;
        int rows = (pictures.Count + columns - 1) / columns;
        byte[] values = new byte[(rows * height + gap) * (columns * width + gap) * 3];
        values.AsSpan().Fill(Gap);
        foreach ((int n, Picture picture) in pictures.Index())
        {
            for (int row = 0; row < picture.Rows; row++)
            {
                int at = (n / columns * height + gap + row) * (columns * width + gap) + n % columns * width + gap;
                picture.Values.Slice(3 * row * picture.Columns, 3 * picture.Columns).CopyTo(values.AsSpan(3 * at));
            }
        }

        return new Picture(values, rows * height + gap, columns * width + gap, channels: 3);
    }

    /// <summary>A part of a picture.</summary>
    public static Picture Crop(Picture picture, Geometry.Region region) => Make(region.Rows, region.Columns, i =>
    {
        ReadOnlySpan<byte> pixel = picture[region.Row + i / region.Columns, region.Column + i % region.Columns];
        return (pixel[0], pixel[1], pixel[2]);
    });

    /// <summary>Points of a plane, each in the colour of its class.</summary>
    /// <param name="places">N x 2.</param>
    /// <param name="classes">N numbers.</param>
    /// <param name="size">The side of the picture, in pixels.</param>
    public static Picture Scatter(double[,] places, IReadOnlyList<int> classes, int size = 360)
    {
        const int Margin = 8, Radius = 3;
        byte[] values = new byte[size * size * 3];
        values.AsSpan().Fill(255);
        (double Low, double High)[] ranges = [.. Enumerable.Range(0, 2).Select(axis => Enumerable.Range(0, classes.Count).Select(n => places[n, axis])).Select(along => (along.Min(), along.Max()))];
        double range = Math.Max(1e-300, ranges.Max(axis => axis.High - axis.Low));
        for (int n = 0; n < classes.Count; n++)
        {
            (int row, int column) = (Place(n, 1), Place(n, 0));
            int colour = ClassColour(classes[n]);
            for (int i = -Radius; i <= Radius; i++)
            {
                for (int j = -Radius; j <= Radius; j++)
                {
                    if (i * i + j * j <= Radius * Radius)
                        Put(values, ((row + i) * size + column + j) * 3, colour);
                }
            }
        }

        return new Picture(values, size, size, channels: 3);

        int Place(int n, int axis) => Margin + (int)Math.Round((size - 1 - 2 * Margin) * (0.5 + (places[n, axis] - (ranges[axis].Low + ranges[axis].High) / 2) / range));
    }

    /// <summary>The colour of a class in <see cref="Scatter"/>, as 0xRRGGBB: Tableau's ten, repeated.</summary>
    public static int ClassColour(int c) => classColours[c % classColours.Length];

    private static readonly int[] classColours = [0x4E79A7, 0xF28E2B, 0xE15759, 0x76B7B2, 0x59A14F, 0xEDC948, 0xB07AA1, 0xFF9DA7, 0x9C755F, 0x595450];

    private static void Put(byte[] values, int at, int colour) => (values[at], values[at + 1], values[at + 2]) = ((byte)(colour >> 16), (byte)(colour >> 8), (byte)colour);

    private static Picture Make(int rows, int columns, Func<int, (byte Red, byte Green, byte Blue)> pixel)
    {
        byte[] values = new byte[rows * columns * 3];
        for (int i = 0; i < rows * columns; i++)
            (values[3 * i], values[3 * i + 1], values[3 * i + 2]) = pixel(i);
        return new Picture(values, rows, columns, channels: 3);
    }

    // Red, green and blue interleaved, or grey only. Values are rounded.
    private static Picture FromBytes(double[] bytes, int rows, int columns)
    {
        int next = bytes.Length == rows * columns ? 0 : rows * columns;
        return Make(rows, columns, i => (Level(i), Level(next + i), Level(2 * next + i)));

        byte Level(int i) => (byte)Math.Clamp(Math.Round(bytes[i]), 0, 255);
    }

    private static double[] Numbers<T>(Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. x.Values.ToArray().Select(value => double.CreateChecked(value))];

    // Over the channels.
    private static double[] Mean<T>(Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Mean(Numbers(x), x.Shape[0]);

    private static double[] Mean(double[] values, int channels)
    {
        double[] mean = new double[values.Length / channels];
        for (int i = 0; i < values.Length; i++)
            mean[i % mean.Length] += values[i] / channels;
        return mean;
    }
}
