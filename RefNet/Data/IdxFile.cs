using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RefNet.Data;

/// <summary>
/// A file in MNIST's IDX format: an array of bytes with its extents. Two zero bytes, the type of the elements (8: unsigned
/// bytes), the number of axes, each extent as a 32-bit number (big-endian), then the elements, the last axis fastest.
/// </summary>
/// <remarks>LeCun, Cortes and Burges, "The MNIST database of handwritten digits".</remarks>
public sealed class IdxFile
{
    private const byte UnsignedByte = 8;

    private readonly ReadOnlyMemory<byte> contents;

    private IdxFile(ReadOnlyMemory<byte> contents, int[] extents)
    {
        this.contents = contents;
        Extents = extents;
    }

    /// <summary>The extents, outermost axis first: 60000, 28, 28.</summary>
    public IReadOnlyList<int> Extents { get; }

    /// <summary>The elements, the last axis fastest.</summary>
    public ReadOnlyMemory<byte> Elements => contents[HeaderLength(Extents.Count)..];

    /// <summary>Reads a file; its first bytes show whether it is compressed with gzip.</summary>
    /// <param name="path">The file.</param>
    /// <param name="axes">The number of axes it must have, 1 to 255: 3 for images, 1 for labels.</param>
    /// <exception cref="InputException">There is no such file, or its contents do not match its header.</exception>
    public static IdxFile Read(string path, int axes) => Parse(path, GzipData.Unpack(path, InputFile.Read(path, FileLimits.Data)), axes);

    /// <summary>Reads the uncompressed contents of a file.</summary>
    internal static IdxFile Parse(string path, ReadOnlyMemory<byte> contents, int axes)
    {
        int[] extents = ParseHeader(path, contents.Span, axes);
        CheckLength(path, extents, contents.Length);
        return new IdxFile(contents, extents);
    }

    /// <summary>The extents in a header.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="bytes">Its first bytes, uncompressed: the header, or all of a shorter file.</param>
    /// <param name="axes">The number of axes it must have.</param>
    internal static int[] ParseHeader(string path, ReadOnlySpan<byte> bytes, int axes)
    {
        ReadOnlySpan<byte> magic = [0, 0, UnsignedByte, (byte)axes];
        if (!bytes.StartsWith(magic))
        {
            throw InputFile.Error(
                path, $"an IDX file of bytes with {axes} axes, which begins {Hex(magic)}", Hex(bytes[..Math.Min(4, bytes.Length)]),
                "Give the file that belongs to this name.");
        }

        if (bytes.Length < HeaderLength(axes))
            throw InputFile.Error(path, $"a header of {HeaderLength(axes)} bytes", $"{bytes.Length} (it is truncated)", "Get the file again.");

        int[] extents = new int[axes];
        for (int axis = 0; axis < axes; axis++)
            extents[axis] = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(bytes[(4 + 4 * axis)..]), int.MaxValue);
        return extents;
    }

    /// <summary>Checks that an uncompressed file has the length that its header implies.</summary>
    internal static void CheckLength(string path, IReadOnlyList<int> extents, long length)
    {
        long expected = HeaderLength(extents.Count) + extents.Aggregate(1L, (count, extent) => Math.Min(count * extent, int.MaxValue));
        if (length != expected)
        {
            throw InputFile.Error(
                path, $"{expected} bytes, as its header says ({string.Join("x", extents)})",
                $"{length} (it is {(length < expected ? "truncated" : "padded")})", "Get the file again.");
        }
    }

    /// <summary>The SHA-256 of the uncompressed file, header included, in lower-case hexadecimal.</summary>
    public string Sha256() => Convert.ToHexStringLower(SHA256.HashData(contents.Span));

    internal static int HeaderLength(int axes) => 4 + 4 * axes;

    private static string Hex(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "nothing" : Convert.ToHexString(bytes);
}
