using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Data;

/// <summary>
/// How the bytes of an image become the numbers that a network sees: byte p becomes Low + (High - Low) p / 255, and a
/// border of Low is put around the image. LeCun et al. 1998, section II-B: 28x28 digits in the middle of 32x32, paper
/// -0.1 and ink 1.175, which makes the mean about 0 and the variance about 1. LECTURES T6, Y26.
/// </summary>
/// <param name="Low">What byte 0 becomes.</param>
/// <param name="High">What byte 255 becomes.</param>
/// <param name="Padding">How many pixels of Low stand on each of the four sides, 0 or more.</param>
public sealed record PixelScaling(double Low = 0, double High = 1, int Padding = 0)
{
    /// <summary>The shape of one sample: 1 x rows x columns, the border included.</summary>
    public Shape SampleShape(ImageSet images) => new(1, images.Rows + 2 * Padding, images.Columns + 2 * Padding);

    /// <summary>What each of the 256 bytes becomes.</summary>
    public T[] Table<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, 256).Select(p => T.CreateChecked(Low + (High - Low) * p / 255))];

    /// <summary>Writes one image, with its border.</summary>
    /// <param name="table">What <see cref="Table{T}"/> gave, made once for many images.</param>
    /// <param name="pixels">The image, row by row.</param>
    /// <param name="columns">Its width.</param>
    /// <param name="sample">(rows + 2 Padding) x (columns + 2 Padding) numbers; all of them are written.</param>
    public void Apply<T>(ReadOnlySpan<T> table, ReadOnlySpan<byte> pixels, int columns, Span<T> sample) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Padding > 0)
            sample.Fill(table[0]);
        int width = columns + 2 * Padding;
        for (int row = 0; row < pixels.Length / columns; row++)
        {
            ReadOnlySpan<byte> source = pixels.Slice(row * columns, columns);
            Span<T> target = sample.Slice((row + Padding) * width + Padding, columns);
            for (int column = 0; column < source.Length; column++)
                target[column] = table[source[column]];
        }
    }
}
