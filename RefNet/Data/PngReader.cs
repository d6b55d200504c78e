using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace RefNet.Data;

/// <summary>
/// Reads a PNG picture of up to 8 bits per value, not interlaced: grey, colour or palette, with or without transparency.
/// </summary>
/// <remarks>The format: W3C, "Portable Network Graphics Specification (Second Edition)"; the sections are named below.</remarks>
internal sealed class PngReader(string path, byte[] bytes)
{
    private enum ColourType
    {
        Grey = 0,
        Colour = 2,
        Palette = 3,
        GreyAlpha = 4,
        ColourAlpha = 6,
    }

    private const string Advice = "Convert it, for example with ImageMagick: convert in.png -depth 8 -interlace none out.png.";

    private int columns;
    private int rows;
    private int bits;
    private ColourType type;
    private ReadOnlyMemory<byte> palette;
    private ReadOnlyMemory<byte> transparency;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private int Channels => type switch { ColourType.Colour => 3, ColourType.ColourAlpha => 4, ColourType.GreyAlpha => 2, _ => 1 };

    private int RowBytes => (int)(((long)columns * Channels * bits + 7) / 8);

    /// <summary>Whether the bytes begin like such a picture.</summary>
    public static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Signature);

    /// <summary>Reads the picture.</summary>
    public GreyImage Read()
    {
        byte[] data = Inflate(ReadChunks());
        PngFilter.Undo(path, data, rows, RowBytes, step: bits == 8 ? Channels : 1);
        byte[] pixels = new byte[rows * columns];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> values = data.AsSpan(row * (1 + RowBytes) + 1, RowBytes);
            for (int column = 0; column < columns; column++)
                pixels[row * columns + column] = Pixel(values, column);
        }

        return new GreyImage(pixels, rows, columns);
    }

    // Section 5: length, name, content and checksum of each chunk. Returns the content of all IDAT chunks.
    private byte[] ReadChunks()
    {
        using MemoryStream compressed = new();
        int position = Signature.Length;
        while (true)
        {
            ReadOnlySpan<byte> rest = bytes.AsSpan(position);
            uint length = rest.Length < 12 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length + 12L > rest.Length)
                throw Damaged($"a chunk of at least {length + 12L} bytes at byte {position}", $"{rest.Length} bytes (it is truncated)");
            string name = Encoding.ASCII.GetString(rest.Slice(4, 4));
            if (Crc32.Compute(rest.Slice(4, 4 + (int)length)) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]))
                throw Damaged($"the checksum of the contents at the end of chunk {name}", "another");
            if ((name == "IHDR") != (position == Signature.Length))
                throw Damaged("IHDR as the first chunk, and only there", $"{name} at byte {position}");

            ReadOnlyMemory<byte> content = bytes.AsMemory(position + 8, (int)length);
            switch (name)
            {
                case "IHDR":
                    ReadHeader(content.Span);
                    break;
                case "PLTE":
                    palette = content;
                    break;
                case "tRNS":
                    transparency = content;
                    break;
                case "IDAT":
                    compressed.Write(content.Span);
                    break;
                case "IEND":
                    return compressed.ToArray();
                default:
                    // A lower-case first letter marks a chunk that a reader may skip.
                    if (char.IsAsciiLetterUpper(name[0]))
                        throw Damaged("only known critical chunks", name);
                    break;
            }

            position += 12 + (int)length;
        }
    }

    // Section 11.2.2.
    private void ReadHeader(ReadOnlySpan<byte> header)
    {
        if (header.Length != 13 || header[10] != 0 || header[11] != 0 || header[12] > 1)
            throw Damaged("a header of 13 bytes with the methods 0 of compression and filters", Convert.ToHexString(header));
        ImageFile.CheckSize(path, BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
        columns = BinaryPrimitives.ReadInt32BigEndian(header);
        rows = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
        bits = header[8];
        type = (ColourType)header[9];
        if (bits == 16)
            throw InputFile.Error(path, "a PNG picture of up to 8 bits per value", "16", Advice);
        if (header[12] == 1)
            throw InputFile.Error(path, "a PNG picture that is not interlaced", "an interlaced one", Advice);
        bool small = bits is 1 or 2 or 4 && type is ColourType.Grey or ColourType.Palette;
        if (!Enum.IsDefined(type) || !(bits == 8 || small))
            throw Damaged("a colour type and a number of bits that belong together", $"type {header[9]} with {bits} bits");
    }

    private byte[] Inflate(byte[] compressed)
    {
        long expected = (long)rows * (1 + RowBytes);
        if (expected > (long)compressed.Length * GzipData.DeflateRatio)
            throw Damaged($"{expected} bytes of pixels", $"{compressed.Length} packed bytes, which cannot hold them (it is truncated)");
        byte[] data = new byte[expected];
        try
        {
            using ZLibStream zlib = new(new MemoryStream(compressed), CompressionMode.Decompress);
            int count = zlib.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
            if (count < expected || zlib.ReadByte() >= 0)
                throw Damaged($"{expected} bytes of pixels", count < expected ? $"{count} (it is truncated)" : "more");
            return data;
        }
        catch (InvalidDataException cause)
        {
            throw Damaged("packed pixels", $"corrupt ones ({cause.Message.TrimEnd('.')})");
        }
    }

    private byte Pixel(ReadOnlySpan<byte> row, int column)
    {
        ReadOnlySpan<byte> clear = transparency.Span;
        switch (type)
        {
            case ColourType.Grey:
                int level = Small(row, column);
                bool isClear = clear.Length == 2 && BinaryPrimitives.ReadUInt16BigEndian(clear) == level;
                return isClear ? byte.MaxValue : (byte)(level * 255 / ((1 << bits) - 1));
            case ColourType.Palette:
                int index = Small(row, column);
                if (3 * index + 2 >= palette.Length)
                    throw Damaged($"palette indices below {palette.Length / 3}", $"{index}");
                ReadOnlySpan<byte> colour = palette.Span.Slice(3 * index, 3);
                return ImageFile.Grey(colour[0], colour[1], colour[2], index < clear.Length ? clear[index] : 255);
            case ColourType.GreyAlpha:
                ReadOnlySpan<byte> pair = row.Slice(2 * column, 2);
                return ImageFile.Grey(pair[0], pair[0], pair[0], pair[1]);
            case ColourType.Colour:
                ReadOnlySpan<byte> rgb = row.Slice(3 * column, 3);
                bool matches = clear.Length == 6 && clear[1] == rgb[0] && clear[3] == rgb[1] && clear[5] == rgb[2];
                return ImageFile.Grey(rgb[0], rgb[1], rgb[2], matches ? 0 : 255);
            default:
                ReadOnlySpan<byte> rgba = row.Slice(4 * column, 4);
                return ImageFile.Grey(rgba[0], rgba[1], rgba[2], rgba[3]);
        }
    }

    // A value of 1, 2, 4 or 8 bits: the first is in the highest bits.
    private int Small(ReadOnlySpan<byte> row, int column)
    {
        int bit = column * bits;
        return (row[bit / 8] >> (8 - bits - bit % 8)) & ((1 << bits) - 1);
    }

    private InputException Damaged(string expected, string found) => ImageFile.Damaged(path, expected, found);
}
