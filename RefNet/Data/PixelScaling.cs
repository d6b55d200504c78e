using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Data;

/// <summary>
/// How the bytes of an image become the numbers that a network sees: byte p becomes Low + (High - Low) p / 255, with a
/// border of Low around the image. LeCun et al. 1998, section II-B: 28x28 digits in the middle of 32x32, paper
/// -0.1 and ink 1.175, which makes the mean about 0 and the variance about 1. LECTURES T6, Y26.
/// </summary>
/// <param name="Low">The number for byte 0.</param>
/// <param name="High">The number for byte 255.</param>
/// <param name="Padding">The pixels of Low on each of the four sides, 0 or more.</param>
public sealed record PixelScaling(double Low = 0, double High = 1, int Padding = 0)
{
    /// <summary>The shape of one sample: channels x rows x columns, the border included.</summary>
    public Shape SampleShape(ImageSet images) => new(images.Channels, images.Rows + 2 * Padding, images.Columns + 2 * Padding);

    /// <summary>The number for each of the 256 bytes.</summary>
    public T[] Table<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, 256).Select(p => T.CreateChecked(Low + (High - Low) * p / 255))];

    /// <summary>Writes one image, with its border.</summary>
    /// <param name="table">The result of <see cref="Table{T}"/>, made once for many images.</param>
    /// <param name="images">The set.</param>
    /// <param name="n">The index of the image in it.</param>
    /// <param name="sample">channels x (rows + 2 Padding) x (columns + 2 Padding) numbers; all of them are written.</param>
    public void Apply<T>(ReadOnlySpan<T> table, ImageSet images, int n, Span<T> sample) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Padding > 0)
            sample.Fill(table[0]);
        ReadOnlySpan<byte> pixels = images.Pixels(n);
        int width = images.Columns + 2 * Padding, height = images.Rows + 2 * Padding;
        for (int line = 0; line < images.Channels * images.Rows; line++)
        {
            (int channel, int row) = (line / images.Rows, line % images.Rows);
            ReadOnlySpan<byte> source = pixels.Slice(line * images.Columns, images.Columns);
            Span<T> target = sample.Slice((channel * height + row + Padding) * width + Padding, images.Columns);
            for (int column = 0; column < source.Length; column++)
                target[column] = table[source[column]];
        }
    }
}
