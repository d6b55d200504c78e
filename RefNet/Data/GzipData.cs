using System.Buffers.Binary;
using System.IO.Compression;

namespace RefNet.Data;

/// <summary>
/// Unpacks gzip (RFC 1952): a header, deflated data, then the CRC-32 and the length of the contents, 4 bytes each. .NET's
/// GZipStream ends silently where data are cut off, and skips what follows them; here both are errors.
/// </summary>
internal static class GzipData
{
    private const string Advice = "The file is damaged: get it again.";
    private const int HeaderLength = 10;
    private const int TrailerLength = 8;

    /// <summary>The maximum number of bytes that deflate unpacks from one: 258 bytes from 2 bits.</summary>
    public const int MostRatio = 1032;

    [Flags]
    private enum Fields : byte
    {
        HeaderChecksum = 2,
        Extra = 4,
        Name = 8,
        Comment = 16,
    }

    /// <summary>All bytes of a file, unpacked if its first bytes say that it is packed with gzip.</summary>
    /// <exception cref="InputException">
    /// There is no such file; or it is packed and not exactly one complete gzip member: truncated, corrupt, or followed by
    /// something.
    /// </exception>
    public static byte[] ReadUnpacked(string path)
    {
        byte[] bytes = InputFile.Read(path, FileLimits.Data);
        return bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? Unpack(path, bytes) : bytes;
    }

    private static byte[] Unpack(string path, byte[] packed)
    {
        int start = SkipHeader(path, packed);
        byte[] contents = Inflate(path, packed, start);

        byte[] trailer = new byte[TrailerLength];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Crc32.Compute(contents));
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(4), (uint)contents.Length);

        // The gzip data end where the checksum and length of the contents first appear in the file.
        int place = packed.AsSpan(start).IndexOf(trailer);
        if (place < 0)
            throw InputFile.Error(path, "complete gzip data", $"{packed.Length} bytes that are truncated or corrupt (the checksum does not agree)", Advice);
        int excess = packed.Length - start - place - TrailerLength;
        return excess == 0
            ? contents
            : throw InputFile.Error(path, "one gzip member and the end of the file", $"{excess} more bytes after it", "Pack the file again, or get it again.");
    }

    private static int SkipHeader(string path, byte[] packed)
    {
        InputException truncated = InputFile.Error(path, "complete gzip data", $"{packed.Length} bytes, truncated in the header", Advice);
        if (packed.Length < HeaderLength + TrailerLength)
            throw truncated;
        Fields fields = (Fields)packed[3];
        int position = HeaderLength;
        if (fields.HasFlag(Fields.Extra))
            position += 2 + BinaryPrimitives.ReadUInt16LittleEndian(packed.AsSpan(position));
        if (fields.HasFlag(Fields.Name))
            position = AfterZero(position);
        if (fields.HasFlag(Fields.Comment))
            position = AfterZero(position);
        if (fields.HasFlag(Fields.HeaderChecksum))
            position += 2;
        return position <= packed.Length - TrailerLength ? position : throw truncated;

        int AfterZero(int from)
        {
            int zero = from < packed.Length ? Array.IndexOf(packed, (byte)0, from) : -1;
            return zero >= 0 ? zero + 1 : throw truncated;
        }
    }

    private static byte[] Inflate(string path, byte[] packed, int start)
    {
        // The last 4 bytes hold the length of the contents; in a damaged file they may hold anything.
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(packed.AsSpan(packed.Length - 4));
        using MemoryStream contents = new((int)Math.Min(length, Math.Min((long)packed.Length * MostRatio, FileLimits.Data)));
        using DeflateStream deflate = new(new MemoryStream(packed, start, packed.Length - start), CompressionMode.Decompress);
        byte[] piece = new byte[1 << 16];
        try
        {
            int count;
            while ((count = deflate.Read(piece)) > 0)
            {
                if (contents.Length + count > FileLimits.Data)
                    throw InputFile.Error(path, $"contents of at most {FileLimits.Data} bytes", "more", "Give the right file.");
                contents.Write(piece, 0, count);
            }
        }
        catch (InvalidDataException cause)
        {
            throw InputFile.Error(path, "complete gzip data", $"corrupt ones ({cause.Message.TrimEnd('.')})", Advice);
        }

        return contents.Length == contents.Capacity ? contents.GetBuffer() : contents.ToArray();
    }
}
