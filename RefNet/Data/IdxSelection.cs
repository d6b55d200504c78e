using System.Security.Cryptography;

namespace RefNet.Data;

/// <summary>
/// Reads the images of an IDX file and keeps a selection of them: only these take memory. All are decompressed, checked and included in
/// the checksums.
/// </summary>
internal sealed class IdxSelection
{
    private const int Axes = 3;
    private const int PieceBytes = 1 << 16;

    private readonly string path;
    private readonly string labelPath;
    private readonly byte[] header = new byte[IdxFile.HeaderLength(Axes)];
    private readonly IncrementalHash fileHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly MemoryStream pixels = new();
    private long length;
    private int[] extents = [];

    private IdxSelection(string path, string labelPath, IdxFile labels, bool[] kept)
    {
        (this.path, this.labelPath, Kept) = (path, labelPath, kept);
        Hash.AppendData(labels.Elements.Span);
    }

    /// <summary>The extents, those of all images.</summary>
    public IReadOnlyList<int> Extents => extents;

    /// <summary>For each image, whether it is kept.</summary>
    public bool[] Kept { get; }

    /// <summary>The SHA-256 of the compressed file, in lower-case hexadecimal; null if it is not compressed.</summary>
    public string? PackedSha256 { get; private set; }

    /// <summary>The SHA-256 of the uncompressed file, header included, in lower-case hexadecimal.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>The hash of all labels, then of all pixels, to which more data may be appended.</summary>
    public IncrementalHash Hash { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The pixels of the kept images, one image after another.</summary>
    public ReadOnlyMemory<byte> Pixels => pixels.GetBuffer().AsMemory(0, (int)pixels.Length);

    /// <summary>Reads a file; its first bytes show whether it is compressed with gzip.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labelPath">The file with the labels, for errors.</param>
    /// <param name="labels">The labels, as many as there must be images.</param>
    /// <param name="kept">For each image, whether it is kept.</param>
    /// <exception cref="InputException">There is no such file, its contents do not match its header, or it has another number of images.</exception>
    public static IdxSelection Read(string path, string labelPath, IdxFile labels, bool[] kept)
    {
        IdxSelection selection = new(path, labelPath, labels, kept);
        using FileStream file = InputFile.Open(path, FileLimits.Data);
        byte[] piece = new byte[PieceBytes];
        int count = file.ReadAtLeast(piece, 2, throwOnEndOfStream: false);
        if (GzipData.IsPacked(piece.AsSpan(0, count)))
        {
            byte[] packed = new byte[file.Length];
            piece.AsSpan(0, count).CopyTo(packed);
            file.ReadExactly(packed.AsSpan(count));
            selection.PackedSha256 = Convert.ToHexStringLower(SHA256.HashData(packed));
            GzipData.Unpack(path, packed, selection.Take);
        }
        else
        {
            for (; count > 0; count = file.Read(piece))
                selection.Take(piece.AsSpan(0, count));
        }

        selection.End();
        return selection;
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        fileHash.AppendData(piece);
        if (length < header.Length)
        {
            ReadOnlySpan<byte> begin = piece[..Math.Min(piece.Length, header.Length - (int)length)];
            begin.CopyTo(header.AsSpan((int)length));
            length += begin.Length;
            piece = piece[begin.Length..];
            if (length < header.Length)
                return;
            ParseHeader();
        }

        Hash.AppendData(piece);
        long size = (long)extents[1] * extents[2];
        while (!piece.IsEmpty)
        {
            (long image, long offset) = size == 0 ? (Kept.Length, 0) : Math.DivRem(length - header.Length, size);
            ReadOnlySpan<byte> part = image < Kept.Length ? piece[..(int)Math.Min(piece.Length, size - offset)] : piece;
            if (image < Kept.Length && Kept[image])
                pixels.Write(part);
            length += part.Length;
            piece = piece[part.Length..];
        }
    }

    private void ParseHeader()
    {
        extents = IdxFile.ParseHeader(path, header.AsSpan(0, (int)Math.Min(length, header.Length)), Axes);
        if (extents[0] != Kept.Length)
            throw Mnist.OtherCount(path, extents[0], labelPath, Kept.Length);
    }

    private void End()
    {
        if (length < header.Length)
            ParseHeader(); // throws: the file is truncated
        IdxFile.CheckLength(path, extents, length);
        Sha256 = Convert.ToHexStringLower(fileHash.GetHashAndReset());
    }
}
