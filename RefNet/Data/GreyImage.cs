namespace RefNet.Data;

/// <summary>A grey image, one byte per pixel: 0 is black, 255 is white.</summary>
public sealed class GreyImage
{
    private readonly byte[] pixels;

    /// <summary>Creates an image from its pixels, which must not be changed afterwards.</summary>
    /// <param name="pixels">Rows x Columns bytes, row by row.</param>
    /// <param name="rows">The height, 1 or more.</param>
    /// <param name="columns">The width, 1 or more.</param>
    public GreyImage(byte[] pixels, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (pixels.Length != (long)rows * columns)
            throw new ArgumentException($"An image of {rows}x{columns} needs {(long)rows * columns} pixels, found {pixels.Length}.", nameof(pixels));
        this.pixels = pixels;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>The height.</summary>
    public int Rows { get; }

    /// <summary>The width.</summary>
    public int Columns { get; }

    /// <summary>The pixels, row by row.</summary>
    public ReadOnlySpan<byte> Pixels => pixels;

    /// <summary>One pixel.</summary>
    public byte this[int row, int column] => pixels[row * Columns + column];
}
