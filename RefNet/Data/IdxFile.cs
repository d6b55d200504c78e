using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RefNet.Data;

/// <summary>
/// A file in MNIST's IDX format: an array of bytes with its extents. Two zero bytes, the type of the elements (8: unsigned
/// bytes), the number of axes, each extent as a 32-bit number (high byte first), then the elements, the last axis fastest.
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

    /// <summary>Reads a file, packed with gzip or not, as its first bytes say.</summary>
    /// <param name="path">The file.</param>
    /// <param name="axes">The number of axes it must have, 1 to 255: 3 for images, 1 for labels.</param>
    /// <exception cref="InputException">There is no such file, or it is not exactly what its header says.</exception>
    public static IdxFile Read(string path, int axes) => Parse(path, GzipData.Unpack(path, InputFile.Read(path, FileLimits.Data)), axes);

    /// <summary>Reads the unpacked contents of a file.</summary>
    internal static IdxFile Parse(string path, ReadOnlyMemory<byte> contents, int axes)
    {
        ReadOnlySpan<byte> bytes = contents.Span;
        ReadOnlySpan<byte> magic = [0, 0, UnsignedByte, (byte)axes];
        if (!bytes.StartsWith(magic))
        {
            throw InputFile.Error(
                path, $"an IDX file of bytes with {axes} axes, which begins {Hex(magic)}", Hex(bytes[..Math.Min(4, bytes.Length)]),
                "Give the file that belongs to this name.");
        }

        if (contents.Length < HeaderLength(axes))
            throw InputFile.Error(path, $"a header of {HeaderLength(axes)} bytes", $"{contents.Length} (it is truncated)", "Get the file again.");

        int[] extents = new int[axes];
        long count = 1;
        for (int axis = 0; axis < axes; axis++)
        {
            uint extent = BinaryPrimitives.ReadUInt32BigEndian(bytes[(4 + 4 * axis)..]);
            extents[axis] = (int)Math.Min(extent, int.MaxValue);
            count = Math.Min(count * extent, int.MaxValue);
        }

        long expected = HeaderLength(axes) + count;
        if (contents.Length != expected)
        {
            throw InputFile.Error(
                path, $"{expected} bytes, as its header says ({string.Join("x", extents)})",
                $"{contents.Length} (it is {(contents.Length < expected ? "truncated" : "padded")})", "Get the file again.");
        }

        return new IdxFile(contents, extents);
    }

    /// <summary>The SHA-256 of the unpacked file, header included, in lower-case hexadecimal digits.</summary>
    public string Sha256() => Convert.ToHexStringLower(SHA256.HashData(contents.Span));

    private static int HeaderLength(int axes) => 4 + 4 * axes;

    private static string Hex(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "nothing" : Convert.ToHexString(bytes);
}
