using System.Security.Cryptography;

namespace RefNet.Data;

/// <summary>
/// Reads the binary version of CIFAR-10 (Krizhevsky 2009): records of a label, 0 to 9, and 3 x 32 x 32 bytes, the red plane, then the
/// green, then the blue, row by row. Files may be compressed with gzip.
/// </summary>
public static class Cifar
{
    private const int Side = 32;
    private const int Channels = 3;
    private const int PixelBytes = Channels * Side * Side;
    private const int RecordBytes = 1 + PixelBytes;
    private const string TestFile = "test_batch.bin";
    private const string TrainingFiles = "data_batch_1.bin to data_batch_5.bin";

    /// <summary>The names of the ten classes, in the order of the labels.</summary>
    public static IReadOnlyList<string> ClassNames { get; } = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Whether a folder has the test file and a training file, compressed or not.</summary>
    public static bool IsIn(string folder) => Find(folder, "test_batch") is { Length: 1 } && Find(folder, "data_batch_*").Length + Find(folder, "train_*").Length > 0;

    /// <summary>Reads and checks the images of a folder: data_batch_N.bin (or train_N.bin) for training, test_batch.bin for testing.</summary>
    /// <exception cref="InputException">A file is missing or damaged.</exception>
    public static Dataset Load(string folder) => Load(folder, out _);

    /// <summary>Reads a folder as <see cref="Load(string)"/> does, and also describes each file.</summary>
    /// <exception cref="InputException">A file is missing or damaged.</exception>
    public static Dataset Load(string folder, out IReadOnlyList<DataFile> files)
    {
        if (!IsIn(folder))
            throw InputFile.Error(folder, $"a folder with {TrainingFiles} and {TestFile}", "one without them", "Unpack the binary version of CIFAR-10 into it.");
        Sha256Sums sums = new(folder);
        List<DataFile> read = [];
        ImageSet training = Join(Find(folder, "data_batch_*").Concat(Find(folder, "train_*")), sums, read);
        ImageSet test = Join(Find(folder, "test_batch"), sums, read);
        sums.CheckTheRest();
        files = read;
        return new Dataset(new DirectoryInfo(folder).Name, training, test);
    }

    /// <summary>Reads one file of such records.</summary>
    /// <exception cref="InputException">There is no such file, or it does not consist of whole records with labels from 0 to 9.</exception>
    public static ImageSet ReadImages(string path) => Split(path, GzipData.Unpack(path, InputFile.Read(path, FileLimits.Data)));

    private static string[] Find(string folder, string name) =>
        Directory.Exists(folder)
            ? [.. new[] { ".bin", ".bin.gz" }.SelectMany(extension => Directory.GetFiles(folder, name + extension)).Order(NaturalOrder.Instance)]
            : [];

    private static ImageSet Join(IEnumerable<string> paths, Sha256Sums sums, List<DataFile> files)
    {
        using MemoryStream joined = new();
        foreach (string path in paths)
        {
            ReadOnlyMemory<byte> contents = GzipData.Unpack(path, InputFile.Read(path, FileLimits.Data));
            string sum = Convert.ToHexStringLower(SHA256.HashData(contents.Span)), name = Path.GetFileName(path);
            bool agrees = sums.Agree(path, [name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name], sum);
            ImageSet images = Split(path, contents);
            files.Add(new DataFile(path, [images.Count, Channels, Side, Side], sum, agrees));
            if (joined.Length + contents.Length > FileLimits.Data)
                throw InputFile.Error(path, $"files of at most {FileLimits.Data} bytes together", "more", "Give fewer files.");
            joined.Write(contents.Span);
        }

        return Split(files[^1].Path, joined.GetBuffer().AsMemory(0, (int)joined.Length));
    }

    private static ImageSet Split(string path, ReadOnlyMemory<byte> contents)
    {
        int count = contents.Length / RecordBytes;
        if (count == 0 || contents.Length % RecordBytes != 0)
            throw InputFile.Error(path, $"records of {RecordBytes} bytes, a label and an image of {Channels}x{Side}x{Side}", $"{contents.Length} bytes, which is not a multiple of it", "Give a file of CIFAR-10's binary version.");
        byte[] labels = new byte[count], pixels = new byte[count * PixelBytes];
        for (int n = 0; n < count; n++)
        {
            ReadOnlySpan<byte> record = contents.Span.Slice(n * RecordBytes, RecordBytes);
            if (record[0] >= ClassNames.Count)
                throw InputFile.Error(path, $"labels from 0 to {ClassNames.Count - 1}", $"{record[0]} for image {n} (counted from 0)", "Give a file of CIFAR-10's binary version.");
            labels[n] = record[0];
            record[1..].CopyTo(pixels.AsSpan(n * PixelBytes));
        }

        return new ImageSet(pixels, labels, Side, Side, ClassNames, Channels);
    }
}
