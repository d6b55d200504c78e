using System.Buffers.Binary;
using System.IO.Compression;

namespace RefNet.Data;

/// <summary>
/// Writes pictures as PNG, 8 bits per value, without filters. The format: W3C, "Portable Network Graphics Specification (Second Edition)"; the
/// sections are named below.
/// </summary>
public static class PngWriter
{
    /// <summary>Writes a grey picture.</summary>
    public static void Write(Stream stream, GreyImage image) => Write(stream, new Picture(image.Pixels.ToArray(), image.Rows, image.Columns, channels: 1));

    /// <summary>Writes a picture.</summary>
    public static void Write(Stream stream, Picture image)
    {
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]); // 5.2
        WriteChunk(stream, "IHDR"u8, Header(image));
        WriteChunk(stream, "IDAT"u8, Pack(image));
        WriteChunk(stream, "IEND"u8, []);
    }

    // 11.2.2: width, height, bits, colour type, and the methods of compression, filtering and interlacing.
    private static byte[] Header(Picture image)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Columns);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Rows);
        header[8] = 8;
        header[9] = (byte)((image.HasColour ? 2 : 0) + (image.HasAlpha ? 4 : 0));
        return header;
    }

    // 7.2, 10.1: each row begins with its filter, 0 for none; everything is compressed.
    private static byte[] Pack(Picture image)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal))
        {
            for (int row = 0; row < image.Rows; row++)
            {
                zlib.WriteByte(0);
                zlib.Write(image.Values.Slice(row * image.Columns * image.Channels, image.Columns * image.Channels));
            }
        }

        return packed.ToArray();
    }

    // 5.3: length, name, content and the checksum of name and content.
    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        stream.Write(number);
        stream.Write(name);
        stream.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Compute(content, before: Crc32.Compute(name)));
        stream.Write(number);
    }
}
