using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace RefNet.Data;

/// <summary>
/// Reads any PNG picture: grey, colour or palette, 1 to 16 bits per value, with or without transparency, interlaced or not.
/// Values of 16 bits are rounded to 8.
/// </summary>
/// <remarks>The format: W3C, "Portable Network Graphics Specification (Second Edition)"; the sections are named below.</remarks>
internal sealed class PngReader(string path, byte[] bytes)
{
    private PngHeader header = null!;
    private ReadOnlyMemory<byte> palette;
    private ReadOnlyMemory<byte> transparency;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Whether the bytes begin like a PNG picture.</summary>
    public static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Signature);

    /// <summary>Reads the picture.</summary>
    public Picture Read()
    {
        byte[] packed = ReadChunks();
        CheckPacked(packed);
        PngPixels pixels = new(path, header, palette, transparency);
        byte[] values = new byte[header.Rows * header.Columns * pixels.Channels];
        try
        {
            using ZLibStream unpacked = new(new MemoryStream(packed), CompressionMode.Decompress);
            foreach (PngPass pass in header.Passes())
                ReadPass(unpacked, pass, pixels, values);
            if (unpacked.ReadByte() >= 0) // also compares the checksum
                throw Damaged("the end of the packed pixels", "more of them");
        }
        catch (EndOfStreamException)
        {
            throw Damaged($"the pixels of {header.Columns}x{header.Rows}", "fewer (it is truncated)");
        }
        catch (Exception cause) when (cause is InvalidDataException or IOException)
        {
            throw Damaged("packed pixels", $"corrupt ones ({cause.Message.TrimEnd('.')})");
        }

        return new Picture(values, header.Rows, header.Columns, pixels.Channels);
    }

    private void ReadPass(Stream unpacked, PngPass pass, PngPixels pixels, byte[] values)
    {
        byte[] row = new byte[header.RowBytes(pass.Columns)], above = new byte[row.Length];
        for (int i = 0; i < pass.Rows; i++)
        {
            int filter = unpacked.ReadByte();
            if (filter > 4)
                throw Damaged("filters 0 to 4", $"{filter} in row {i}");
            unpacked.ReadExactly(row);
            PngFilter.Undo(filter, row, above, header.Step);
            int place = (pass.FirstRow + i * pass.Down) * header.Columns + pass.FirstColumn;
            pixels.WriteRow(row, pass.Columns, values.AsSpan(place * pixels.Channels), pass.Across);
            (row, above) = (above, row);
        }
    }

    // Section 5: length, name, content and checksum of each chunk. Returns the content of all IDAT chunks.
    private byte[] ReadChunks()
    {
        using MemoryStream packed = new();
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
            if (name == "CgBI")
                throw InputFile.Error(path, "a standard PNG picture", "Apple's variant (CgBI), which Xcode writes for the iPhone", "Give the original, or convert it back with pngcrush -revert-iphone-optimizations.");
            if ((name == "IHDR") != (position == Signature.Length))
                throw Damaged("IHDR as the first chunk, and only there", $"{name} at byte {position}");

            ReadOnlyMemory<byte> content = bytes.AsMemory(position + 8, (int)length);
            switch (name)
            {
                case "IHDR":
                    header = PngHeader.Parse(path, content.Span);
                    break;
                case "PLTE":
                    palette = content;
                    break;
                case "tRNS":
                    transparency = content;
                    break;
                case "IDAT":
                    packed.Write(content.Span);
                    break;
                case "IEND":
                    return packed.ToArray();
                default:
                    // A lower-case first letter marks a chunk that readers may skip.
                    if (char.IsAsciiLetterUpper(name[0]))
                        throw Damaged("only known critical chunks", name);
                    break;
            }

            position += 12 + (int)length;
        }
    }

    // Before allocating memory: enough compressed bytes for this many pixels, and a zlib header (RFC 1950) that PNG allows.
    private void CheckPacked(byte[] packed)
    {
        long expected = header.Passes().Sum(pass => (long)pass.Rows * (1 + header.RowBytes(pass.Columns)));
        if (expected > (long)packed.Length * GzipData.DeflateRatio)
            throw Damaged($"{expected} bytes of pixels", $"{packed.Length} packed bytes, which cannot hold them (it is truncated)");
        if (packed.Length > 1 && (packed[1] & 0x20) != 0)
            throw Damaged("packed pixels", "some that need a preset dictionary, which PNG does not allow");
    }

    private InputException Damaged(string expected, string found) => ImageFile.Damaged(path, expected, found);
}
