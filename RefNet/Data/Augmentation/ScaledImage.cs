namespace RefNet.Data.Augmentation;

/// <summary>One image in the network's input range, to be changed in place; it includes the border of the scaling, if any.</summary>
public readonly ref struct ScaledImage
{
    private readonly PixelScaling scaling;

    internal ScaledImage(Span<float> values, int channels, int rows, int columns, PixelScaling scaling)
    {
        (Channels, Rows, Columns, this.scaling) = (channels, rows, columns, scaling);
        Values = values;
    }

    /// <summary>1 for grey, 3 for red, green and blue.</summary>
    public int Channels { get; }

    /// <summary>The height H.</summary>
    public int Rows { get; }

    /// <summary>The width W.</summary>
    public int Columns { get; }

    /// <summary>C x H x W numbers, row by row, channel after channel.</summary>
    public Span<float> Values { get; internal init; }

    /// <summary>The values of one channel, H x W.</summary>
    public Span<float> Channel(int channel) => Values.Slice(channel * Rows * Columns, Rows * Columns);

    /// <summary>The number for byte 0 in a channel, which is also the value outside the image.</summary>
    public float Low(int channel) => (float)scaling.RangeOf(channel).Low;

    /// <summary>The difference between the numbers for byte 255 and byte 0 in a channel.</summary>
    public float Range(int channel) => (float)(scaling.RangeOf(channel).High - scaling.RangeOf(channel).Low);
}
