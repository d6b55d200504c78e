using System.IO.Compression;
using RefNet.Data;

namespace RefNet.Interop;

/// <summary>
/// A file in NumPy's npz format: a zip archive with an npy file for each tensor, stored or deflated. A tensor is
/// unpacked on request, and a damaged one is an error only then. Other files in the archive are ignored.
/// </summary>
public sealed class NpzFile : TensorFile
{
    private const string Extension = ".npy";
    private const string Advice = "The file is damaged: get another copy.";

    private readonly byte[] bytes;

    internal NpzFile(string path, byte[] bytes) : base(path)
    {
        this.bytes = bytes;
        using ZipArchive archive = Open();
        foreach (ZipArchiveEntry entry in Guarded(() => archive.Entries.ToArray()))
        {
            if (entry.FullName.EndsWith(Extension, StringComparison.Ordinal))
                Add(Stored(entry));
        }
    }

    /// <summary>Whether the bytes begin like a zip archive, which may be empty.</summary>
    internal static bool IsNpz(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PK\u0003\u0004"u8) || bytes.StartsWith("PK\u0005\u0006"u8);

    private StoredTensor Stored(ZipArchiveEntry entry)
    {
        string name = entry.FullName[..^Extension.Length];
        NpyHeader header = Guarded(() =>
        {
            using Stream stream = entry.Open();
            return NpyHeader.Read(stream);
        }, name);
        return new StoredTensor(Path, name, header.TypeName, header.Type, header.Extents, () => Unpack(name, header))
        {
            IsBigEndian = header.IsBigEndian,
            IsColumnMajor = header.IsColumnMajor,
        };
    }

    private ReadOnlyMemory<byte> Unpack(string name, NpyHeader header)
    {
        using ZipArchive archive = Open();
        ZipArchiveEntry entry = archive.GetEntry(name + Extension)!;
        Int128 length = header.Length + header.DataBytes!.Value;
        if (length != entry.Length)
            throw Error($"{length} bytes of {name}, as its header says", $"{entry.Length}");
        long most = GzipData.MostUnpacked(entry.CompressedLength, FileLimits.Weights);
        if (length > most)
            throw Error($"at most {most} bytes of {name}, as {entry.CompressedLength} packed ones may hold", $"{length}");
        return Guarded(() =>
        {
            byte[] unpacked = new byte[(int)length];
            using Stream stream = entry.Open();
            stream.ReadExactly(unpacked);
            return Crc32.Compute(unpacked) == entry.Crc32
                ? unpacked.AsMemory(header.Length)
                : throw new FormatException("contents whose checksum does not agree");
        }, name);
    }

    private ZipArchive Open() => Guarded(() => new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read));

    // Catches the exceptions of .NET for damaged archives.
    private TResult Guarded<TResult>(Func<TResult> read, string? name = null)
    {
        try
        {
            return read();
        }
        catch (Exception cause) when (cause is InvalidDataException or IOException or FormatException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw Error(name is null ? "a zip archive of npy files" : $"an npy file for {name}", $"another ({cause.Message.TrimEnd('.')})");
        }
    }

    private InputException Error(string expected, string found) => InputFile.Error(Path, expected, found, Advice);
}
