using RefNet.Data.Digits;

namespace RefNet.Data;

/// <summary>
/// A picture as stored in a file, 8 bits per value: grey, grey with alpha, red-green-blue, or red-green-blue with alpha. An alpha of 0 is
/// transparent, 255 opaque; colours are not premultiplied.
/// </summary>
public sealed class Picture
{
    private readonly byte[] values;

    /// <summary>Creates a picture from its values, which must not be changed afterwards.</summary>
    /// <param name="values">Rows x Columns x Channels bytes: row by row, the values of a pixel together.</param>
    /// <param name="rows">The height, 1 or more.</param>
    /// <param name="columns">The width, 1 or more.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 red, green and blue, 4 these and alpha.</param>
    public Picture(byte[] values, int rows, int columns, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        if (values.Length != (long)rows * columns * channels)
            throw new ArgumentException($"A picture of {rows}x{columns} with {channels} channels needs {(long)rows * columns * channels} values, found {values.Length}.", nameof(values));
        this.values = values;
        (Rows, Columns, Channels) = (rows, columns, channels);
    }

    /// <summary>The height.</summary>
    public int Rows { get; }

    /// <summary>The width.</summary>
    public int Columns { get; }

    /// <summary>1 grey, 2 grey and alpha, 3 red, green and blue, 4 these and alpha.</summary>
    public int Channels { get; }

    /// <summary>Whether it has colour.</summary>
    public bool HasColour => Channels >= 3;

    /// <summary>Whether its last channel is alpha.</summary>
    public bool HasAlpha => Channels is 2 or 4;

    /// <summary>Rows x Columns x Channels: row by row, the values of a pixel together.</summary>
    public ReadOnlySpan<byte> Values => values;

    /// <summary>The values of one pixel.</summary>
    public ReadOnlySpan<byte> this[int row, int column] => values.AsSpan((row * Columns + column) * Channels, Channels);

    /// <summary>
    /// The picture in grey, over paper. The grey of a colour is its luma, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).
    /// </summary>
    /// <param name="paper">The grey of the paper, seen through transparent pixels: 255 for white.</param>
    public GreyImage ToGrey(byte paper = 255)
    {
        byte[] grey = new byte[Rows * Columns];
        for (int i = 0; i < grey.Length; i++)
        {
            ReadOnlySpan<byte> pixel = values.AsSpan(i * Channels, Channels);
            int luma = HasColour ? 299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2] : 1000 * pixel[0]; // 0 to 255,000
            int alpha = HasAlpha ? pixel[^1] : 255;
            grey[i] = (byte)((luma * (long)alpha + 1000L * paper * (255 - alpha) + 127_500) / 255_000);
        }

        return new GreyImage(grey, Rows, Columns);
    }

    /// <summary>The alpha of each pixel; null if every pixel is opaque.</summary>
    public GreyImage? Alpha()
    {
        if (!HasAlpha)
            return null;
        byte[] alpha = new byte[Rows * Columns];
        for (int i = 0; i < alpha.Length; i++)
            alpha[i] = values[(i + 1) * Channels - 1];
        return alpha.AsSpan().ContainsAnyExcept(byte.MaxValue) ? new GreyImage(alpha, Rows, Columns) : null;
    }

    /// <summary>The picture at another size: area averages when it shrinks, bilinear interpolation when it grows.</summary>
    /// <param name="rows">The height, 1 or more; the aspect ratio may change.</param>
    /// <param name="columns">The width, 1 or more.</param>
    public Picture Resized(int rows, int columns)
    {
        byte[] resized = new byte[rows * columns * Channels];
        for (int channel = 0; channel < Channels; channel++)
        {
            Plane<float> plane = new(Rows, Columns);
            for (int i = 0; i < plane.Values.Length; i++)
                plane.Values[i] = values[i * Channels + channel];
            Plane<float> small = Resampling.Resize(plane, rows, columns);
            for (int i = 0; i < small.Values.Length; i++)
                resized[i * Channels + channel] = (byte)Math.Clamp(Math.Round(small.Values[i]), 0, 255);
        }

        return new Picture(resized, rows, columns, Channels);
    }

    /// <summary>The picture on white paper as a set of one image without a class.</summary>
    /// <param name="channels">1 for grey, 3 for red, green and blue.</param>
    public ImageSet ToImageSet(int channels)
    {
        byte[] planes = new byte[channels * Rows * Columns];
        WritePlanes(channels, planes);
        return new ImageSet(planes, new byte[1], Rows, Columns, ["unknown"], channels);
    }

    /// <summary>Writes the picture on white paper in the layout of an image set: plane by plane, each row by row.</summary>
    /// <param name="channels">1 for grey, 3 for red, green and blue.</param>
    /// <param name="planes">channels x Rows x Columns values.</param>
    internal void WritePlanes(int channels, Span<byte> planes)
    {
        if (channels == 1)
        {
            ToGrey().Pixels.CopyTo(planes);
            return;
        }

        int size = Rows * Columns;
        for (int i = 0; i < size; i++)
        {
            ReadOnlySpan<byte> pixel = values.AsSpan(i * Channels, Channels);
            int alpha = HasAlpha ? pixel[^1] : 255;
            for (int channel = 0; channel < channels; channel++)
                planes[channel * size + i] = (byte)((pixel[HasColour ? channel : 0] * alpha + 255 * (255 - alpha) + 127) / 255);
        }
    }
}
