using System.Buffers.Binary;

namespace RefNet.Data;

/// <summary>Decodes the rows of a PNG picture to pixels of 8 bits per value. Sections 7.2 and 11.3.2 of the specification.</summary>
/// <param name="path">The file, for errors.</param>
/// <param name="header">Its header.</param>
/// <param name="palette">Red, green and blue of each colour of the palette.</param>
/// <param name="clear">The alpha of each colour of the palette; or the one transparent grey or colour, 16 bits per value; or empty.</param>
internal sealed class PngPixels(string path, PngHeader header, ReadOnlyMemory<byte> palette, ReadOnlyMemory<byte> clear)
{
    // One transparent colour, from a chunk of the right length; others are ignored, as in other readers.
    private readonly bool hasClearColour = header.Colour is PngColour.Grey or PngColour.Colour && clear.Length == 2 * header.Values;

    /// <summary>The channels of the picture: see <see cref="Picture"/>.</summary>
    public int Channels => header.Colour == PngColour.Palette ? 3 + (clear.IsEmpty ? 0 : 1) : header.Values + (hasClearColour ? 1 : 0);

    /// <summary>Writes the pixels of a row.</summary>
    /// <param name="row">The restored row.</param>
    /// <param name="columns">The number of pixels.</param>
    /// <param name="pixels">The picture, starting at the first of these pixels, <see cref="Channels"/> values each.</param>
    /// <param name="across">The distance from one of these pixels to the next in the picture.</param>
    public void WriteRow(ReadOnlySpan<byte> row, int columns, Span<byte> pixels, int across)
    {
        if (across == 1 && header.Bits == 8 && Channels == header.Values)
        {
            row.CopyTo(pixels); // the most common case: the bytes unchanged
            return;
        }

        for (int column = 0; column < columns; column++)
            Write(row, column, pixels.Slice(column * across * Channels, Channels));
    }

    private void Write(ReadOnlySpan<byte> row, int column, Span<byte> pixel)
    {
        if (header.Colour == PngColour.Palette)
        {
            WriteFromPalette(Value(row, column), pixel);
            return;
        }

        bool isClear = hasClearColour;
        for (int i = 0; i < header.Values; i++)
        {
            int value = Value(row, column * header.Values + i);
            pixel[i] = To8Bits(value);
            isClear = isClear && value == BinaryPrimitives.ReadUInt16BigEndian(clear.Span[(2 * i)..]);
        }

        if (hasClearColour)
            pixel[^1] = isClear ? byte.MinValue : byte.MaxValue;
    }

    private void WriteFromPalette(int index, Span<byte> pixel)
    {
        if (3 * index + 2 >= palette.Length)
            throw ImageFile.Damaged(path, $"palette indices below {palette.Length / 3}", $"{index}");
        palette.Span.Slice(3 * index, 3).CopyTo(pixel);
        if (pixel.Length == 4)
            pixel[3] = index < clear.Length ? clear.Span[index] : byte.MaxValue;
    }

    // A value of 1 to 16 bits: of several in one byte, the first has the highest bits.
    private int Value(ReadOnlySpan<byte> row, int i)
    {
        switch (header.Bits)
        {
            case 8:
                return row[i];
            case 16:
                return BinaryPrimitives.ReadUInt16BigEndian(row[(2 * i)..]);
            default:
                int bit = i * header.Bits;
                return (row[bit / 8] >> (8 - header.Bits - bit % 8)) & ((1 << header.Bits) - 1);
        }
    }

    private byte To8Bits(int value)
    {
        int white = (1 << header.Bits) - 1;
        return (byte)((value * 255 + white / 2) / white);
    }
}
