using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Data;

/// <summary>
/// The scaling from the bytes of an image to the network's input: byte p becomes Low + (High - Low) p / 255, with a
/// border of Low around the image. LeCun et al. 1998, section II-B: 28x28 digits in the middle of 32x32, background
/// -0.1 and ink 1.175, which makes the mean about 0 and the variance about 1. LECTURES T6, Y26.
/// </summary>
/// <param name="Low">The number for byte 0.</param>
/// <param name="High">The number for byte 255.</param>
/// <param name="Padding">The width of the border of Low on each of the four sides, in pixels, 0 or more.</param>
public sealed record PixelScaling(double Low = 0, double High = 1, int Padding = 0)
{
    private const int Bytes = 256;

    /// <summary>One range per channel; empty where all have <see cref="Low"/> and <see cref="High"/>.</summary>
    public IReadOnlyList<PixelRange> Channels { get; init; } = [];

    /// <summary>The scaling that subtracts a mean from each channel and divides by a deviation: (p / 255 - mean) / deviation.</summary>
    /// <param name="means">The mean of each channel, as a fraction of 255: 0.485, 0.456 and 0.406 for ImageNet.</param>
    /// <param name="deviations">The standard deviation of each, above 0: 0.229, 0.224 and 0.225 for ImageNet.</param>
    /// <param name="padding">The width of the border of byte 0 on each of the four sides, in pixels, 0 or more.</param>
    public static PixelScaling Standardizing(IReadOnlyList<double> means, IReadOnlyList<double> deviations, int padding = 0) => new(Padding: padding)
    {
        Channels = [.. means.Zip(deviations, (mean, deviation) => new PixelRange(-mean / deviation, (1 - mean) / deviation))],
    };

    /// <summary>From the smallest number of any channel to the largest.</summary>
    public PixelRange WidestRange => Channels.Count == 0 ? new PixelRange(Low, High) : new PixelRange(Channels.Min(range => range.Low), Channels.Max(range => range.High));

    /// <summary>The range of a channel.</summary>
    public PixelRange RangeOf(int channel) => Channels.Count == 0 ? new PixelRange(Low, High) : Channels[channel];

    /// <summary>The inverse of the scaling, not rounded: below 0 or above 255 where the number is outside the range of the channel.</summary>
    public double ByteOf(int channel, double number) => 255 * (number - RangeOf(channel).Low) / (RangeOf(channel).High - RangeOf(channel).Low);

    /// <summary>The shape of one sample: channels x rows x columns, the border included.</summary>
    public Shape SampleShape(ImageSet images) => new(images.Channels, images.Rows + 2 * Padding, images.Columns + 2 * Padding);

    /// <summary>The number for each of the 256 bytes; 256 numbers per channel where channels have their own ranges.</summary>
    public T[] Table<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. from channel in Enumerable.Range(0, Math.Max(1, Channels.Count))
            from p in Enumerable.Range(0, Bytes)
            select T.CreateChecked(RangeOf(channel).Low + (RangeOf(channel).High - RangeOf(channel).Low) * p / 255)];

    /// <summary>Writes one image, with its border.</summary>
    /// <param name="table">The result of <see cref="Table{T}"/>, computed once for many images.</param>
    /// <param name="images">The set.</param>
    /// <param name="n">The index of the image in it.</param>
    /// <param name="sample">channels x (rows + 2 Padding) x (columns + 2 Padding) numbers; all of them are written.</param>
    public void Apply<T>(ReadOnlySpan<T> table, ImageSet images, int n, Span<T> sample) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<byte> pixels = images.Pixels(n);
        int width = images.Columns + 2 * Padding, height = images.Rows + 2 * Padding;
        for (int channel = 0; channel < images.Channels; channel++)
        {
            ReadOnlySpan<T> numbers = table.Slice(Channels.Count == 0 ? 0 : channel * Bytes, Bytes);
            Span<T> plane = sample.Slice(channel * height * width, height * width);
            if (Padding > 0)
                plane.Fill(numbers[0]);
            for (int row = 0; row < images.Rows; row++)
            {
                ReadOnlySpan<byte> source = pixels.Slice((channel * images.Rows + row) * images.Columns, images.Columns);
                Span<T> target = plane.Slice((row + Padding) * width + Padding, images.Columns);
                for (int column = 0; column < source.Length; column++)
                    target[column] = numbers[source[column]];
            }
        }
    }
}
