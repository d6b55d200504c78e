using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using RefNet.Data;

namespace RefNet.Tests.Data;

/// <summary>Writes PNG pictures for tests, chunk by chunk, so that each part can be made wrong.</summary>
internal static class Png
{
    public static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>A whole picture; <paramref name="rows"/> hold a filter number and the filtered bytes each.</summary>
    public static byte[] Write(int columns, int bits, int type, byte[][] rows, params byte[][] chunks) =>
    [
        .. Signature,
        .. Header(columns, rows.Length, bits, type),
        .. chunks.SelectMany(chunk => chunk),
        .. Chunk("IDAT", Compress([.. rows.SelectMany(row => row)])),
        .. Chunk("IEND", []),
    ];

    /// <summary>A grey picture of 8 bits without filters.</summary>
    public static byte[] Write(GreyImage image) =>
        Write(image.Columns, 8, 0, [.. Enumerable.Range(0, image.Rows).Select(row => (byte[])[0, .. image.Pixels.Slice(row * image.Columns, image.Columns)])]);

    public static byte[] Header(int columns, int rows, int bits, int type, int interlace = 0) =>
        Chunk("IHDR", [.. BigEndian((uint)columns), .. BigEndian((uint)rows), (byte)bits, (byte)type, 0, 0, (byte)interlace]);

    public static byte[] Chunk(string name, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. content];
        return [.. BigEndian((uint)content.Length), .. named, .. BigEndian(Crc32.Compute(named))];
    }

    /// <summary>The checksums of all whole chunks made right, so that a change in a chunk is not noticed by them.</summary>
    public static byte[] WithChecksums(byte[] picture)
    {
        for (int position = Signature.Length; position + 12 <= picture.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(picture.AsSpan(position));
            if (length + 12L > picture.Length - position)
                break;
            Span<byte> chunk = picture.AsSpan(position, 12 + (int)length);
            BinaryPrimitives.WriteUInt32BigEndian(chunk[^4..], Crc32.Compute(chunk[4..^4]));
            position += chunk.Length;
        }

        return picture;
    }

    public static byte[] Compress(byte[] bytes)
    {
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.Optimal))
            zlib.Write(bytes);
        return compressed.ToArray();
    }

    private static byte[] BigEndian(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
