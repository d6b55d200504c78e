using System.Buffers.Binary;
using System.IO.Compression;

namespace RefNet.Data;

/// <summary>
/// Decompresses gzip (RFC 1952): consecutive members, each a header, deflated data, then the CRC-32 and the length of the
/// contents, 4 bytes each. Zeros may follow the last one, such as the padding of tapes and block devices.
/// </summary>
/// <remarks>.NET's GZipStream silently stops at truncated data, and ignores whatever follows the members; here both are errors.</remarks>
internal sealed class GzipData
{
    private const string Advice = "The file is damaged: get it again.";
    private const int HeaderLength = 10;
    private const int TrailerLength = 8;

    // Images compress by a factor of 2 to 50. Deflate can reach 1032, which turns 2 MB into 2 GB of nothing.
    private const int MostRatio = 200;
    private const long AlwaysAllowed = 64 << 20;

    private readonly string path;
    private readonly byte[] packed;
    private readonly long most;
    private readonly Action<ReadOnlySpan<byte>> take;
    private long taken;

    private GzipData(string path, byte[] packed, Action<ReadOnlySpan<byte>> take)
    {
        this.path = path;
        this.packed = packed;
        this.take = take;
        most = MostUnpacked(packed.Length, FileLimits.Data);
    }

    [Flags]
    private enum Fields : byte
    {
        Text = 1,
        HeaderChecksum = 2,
        Extra = 4,
        Name = 8,
        Comment = 16,
    }

    /// <summary>The largest expansion ratio of deflate: 258 bytes from 2 bits.</summary>
    public const int DeflateRatio = 1032;

    /// <summary>The largest uncompressed size allowed for this many compressed bytes: memory must not exceed what the size of a file justifies.</summary>
    public static long MostUnpacked(long packedBytes, long limit) => Math.Min(limit, Math.Max(AlwaysAllowed, MostRatio * packedBytes));

    /// <summary>Whether bytes begin like gzip data.</summary>
    public static bool IsPacked(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    /// <summary>The contents of a file, decompressed if its first bytes are those of gzip.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="bytes">All of its bytes.</param>
    /// <exception cref="InputException">It is compressed, and truncated, corrupt, followed by other data, or expands more than images do.</exception>
    public static ReadOnlyMemory<byte> Unpack(string path, byte[] bytes)
    {
        if (!IsPacked(bytes))
            return bytes;
        // The last 4 bytes are the length of a single member; in a damaged file they can be anything.
        uint length = bytes.Length < TrailerLength ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4));
        MemoryStream contents = new(length <= MostUnpacked(bytes.Length, FileLimits.Data) && length / DeflateRatio <= bytes.Length ? (int)length : 0);
        Unpack(path, bytes, contents.Write);
        return contents.GetBuffer().AsMemory(0, (int)contents.Length);
    }

    /// <summary>Decompresses a gzip file piece by piece, without memory for the whole contents.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="bytes">All of its bytes.</param>
    /// <param name="take">Receives each piece.</param>
    /// <exception cref="InputException">It is truncated, corrupt, followed by other data, or expands more than images do.</exception>
    public static void Unpack(string path, byte[] bytes, Action<ReadOnlySpan<byte>> take) => new GzipData(path, bytes, take).Unpack();

    private void Unpack()
    {
        int position = 0;
        while (IsPacked(packed.AsSpan(position)))
            position = UnpackMember(position);

        ReadOnlySpan<byte> rest = packed.AsSpan(position);
        if (rest.ContainsAnyExcept((byte)0))
            throw InputFile.Error(path, "gzip members up to the end of the file", $"{rest.Length} other bytes after the last member", "Pack the file again, or get it again.");
    }

    // Returns the end of the member.
    private int UnpackMember(int begin)
    {
        int start = SkipHeader(begin);
        (uint crc, uint length) = Inflate(start);
        byte[] trailer = new byte[TrailerLength];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, crc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(4), length);

        // .NET does not report the end of deflated data. It is the first place, at least 2 bytes on, with the checksum and length of the contents.
        int place = start + 2 <= packed.Length ? packed.AsSpan(start + 2).IndexOf(trailer) : -1;
        return place >= 0
            ? start + 2 + place + TrailerLength
            : throw InputFile.Error(path, "complete gzip data", $"{packed.Length} bytes that are truncated or corrupt (the checksum does not agree)", Advice);
    }

    private int SkipHeader(int begin)
    {
        ReadOnlySpan<byte> header = packed.AsSpan(begin);
        if (header.Length < HeaderLength + TrailerLength)
            throw Truncated();
        Fields fields = (Fields)header[3];
        if (header[2] != 8 || (fields & ~(Fields.Text | Fields.HeaderChecksum | Fields.Extra | Fields.Name | Fields.Comment)) != 0)
            throw InputFile.Error(path, "gzip data with method 8 and flags of RFC 1952", $"method {header[2]} and flags {header[3]:X2}", Advice);

        int length = HeaderLength;
        if (fields.HasFlag(Fields.Extra))
            length += 2 + BinaryPrimitives.ReadUInt16LittleEndian(header[length..]);
        if (fields.HasFlag(Fields.Name))
            length = AfterZero(header, length);
        if (fields.HasFlag(Fields.Comment))
            length = AfterZero(header, length);
        if (fields.HasFlag(Fields.HeaderChecksum))
        {
            if (length + 2 > header.Length)
                throw Truncated();
            if ((ushort)Crc32.Compute(header[..length]) != BinaryPrimitives.ReadUInt16LittleEndian(header[length..]))
                throw InputFile.Error(path, "the checksum of the gzip header at its end", "another", Advice);
            length += 2;
        }

        return length <= header.Length - TrailerLength ? begin + length : throw Truncated();
    }

    private int AfterZero(ReadOnlySpan<byte> header, int from)
    {
        int zero = from < header.Length ? header[from..].IndexOf((byte)0) : -1;
        return zero >= 0 ? from + zero + 1 : throw Truncated();
    }

    private (uint Crc, uint Length) Inflate(int start)
    {
        using DeflateStream deflate = new(new MemoryStream(packed, start, packed.Length - start), CompressionMode.Decompress);
        byte[] piece = new byte[1 << 16];
        (uint crc, uint length) = (0, 0);
        try
        {
            int count;
            while ((count = deflate.Read(piece)) > 0)
            {
                if ((taken += count) > most)
                    throw InputFile.Error(path, $"contents of at most {most} bytes, {MostRatio} times as many as are packed", "more", "Images do not pack so well: give the right file, or unpack it yourself.");
                take(piece.AsSpan(0, count));
                (crc, length) = (Crc32.Compute(piece.AsSpan(0, count), crc), length + (uint)count);
            }
        }
        catch (InvalidDataException cause)
        {
            throw InputFile.Error(path, "complete gzip data", $"corrupt ones ({cause.Message.TrimEnd('.')})", Advice);
        }

        return (crc, length);
    }

    private InputException Truncated() => InputFile.Error(path, "complete gzip data", $"{packed.Length} bytes, truncated in the header", Advice);
}
