using System.Security.Cryptography;

namespace RefNet.Data;

/// <summary>
/// Reads a data set in MNIST's four files (LeCun, Cortes and Burges), or another with the same file names, such as Fashion-MNIST.
/// data/README.md lists the optional files in the same folder.
/// </summary>
public static class Mnist
{
    private const int Classes = 10;
    private const string ClassesFile = "classes.txt";
    private const string PutTogether = "Put the files of one data set together.";

    private static readonly string[] Names =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    // The contents of a file: all elements, or those of a selection.
    private sealed record Content(DataFile File, ReadOnlyMemory<byte> Elements, IdxSelection? Selection = null);

    /// <summary>Whether a folder has the four files, compressed or not.</summary>
    public static bool IsIn(string folder) => Names.All(name => Find(folder, name) is not null);

    /// <summary>Reads and checks the training and test images of a folder.</summary>
    /// <exception cref="InputException">A file is missing or damaged, or files do not belong together.</exception>
    public static Dataset Load(string folder) => Load(folder, out _);

    /// <summary>Reads a folder as <see cref="Load(string)"/> does, and also gives each file.</summary>
    /// <exception cref="InputException">A file is missing or damaged, or files do not belong together.</exception>
    public static Dataset Load(string folder, out IReadOnlyList<DataFile> files) => Load(folder, wanted: null, out files);

    /// <summary>Reads a folder as <see cref="Load(string)"/> does, and keeps only a selection of the training images.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="wanted">Takes the number of training images and returns for each whether to keep it; null, or a null result, keeps all.</param>
    /// <param name="files">Each file; all of it is read and checked.</param>
    internal static Dataset Load(string folder, Func<int, bool[]?>? wanted, out IReadOnlyList<DataFile> files)
    {
        if (!Directory.Exists(folder))
            throw InputFile.Error(folder, "a folder with MNIST's four files", File.Exists(folder) ? "a file" : "nothing", "Check the path.");

        // The quick checks come before reading megabytes.
        string[] paths = [.. Names.Select(name => Find(folder, name) ?? throw Missing(folder, name))];
        Sha256Sums sums = new(folder);
        string[] classNames = ReadClassNames(Path.Combine(folder, ClassesFile));

        // Each file is read on its own thread; errors are reported in the order of the files. The selection depends on the number of labels.
        Task<Content>[] reads = [.. Names.Select((name, i) => Task.Run(() => i == 0 && wanted is not null ? ReadWanted(paths, sums, wanted) : Read(paths[i], name, sums)))];
        Content[] read = [.. reads.Select(task => task.GetAwaiter().GetResult())];
        sums.CheckTheRest();
        files = [.. read.Select(one => one.File)];

        ImageSet training = Join(read[0], read[1], classNames);
        ImageSet test = Join(read[2], read[3], classNames);
        if (training.Rows != test.Rows || training.Columns != test.Columns)
        {
            throw InputFile.Error(
                paths[2], $"images of {training.Rows}x{training.Columns}, as in {Path.GetFileName(paths[0])}", $"{test.Rows}x{test.Columns}", PutTogether);
        }

        string name = new DirectoryInfo(folder).Name;
        return read[0].Selection is { } selection
            ? new Dataset(name, training, test) { Sha256 = Dataset.Sum(selection.Hash, test) }
            : new Dataset(name, training, test);
    }

    // train-images-idx3-ubyte is the original name; some archivers write train-images.idx3-ubyte.
    private static string[] Unpacked(string name) => [name, name.Replace("-idx", ".idx")];

    private static string[] Packed(string name) => [.. Unpacked(name).Select(unpacked => unpacked + ".gz")];

    private static string? Find(string folder, string name) =>
        Unpacked(name).Concat(Packed(name)).Select(file => Path.Combine(folder, file)).FirstOrDefault(InputFile.IsThere);

    private static InputException Missing(string folder, string name) =>
        InputFile.Error(
            Path.Combine(folder, name), $"this file, or {string.Join(" or ", Unpacked(name).Skip(1).Concat(Packed(name)))}", "none of them", "Put all four files of the data set into the folder.");

    // The file of labels is small, so reading it twice is cheap.
    private static Content ReadWanted(string[] paths, Sha256Sums sums, Func<int, bool[]?> wanted)
    {
        IdxFile labels = IdxFile.Read(paths[1], axes: 1);
        if (wanted(labels.Extents[0]) is not { } kept)
            return Read(paths[0], Names[0], sums);
        IdxSelection images = IdxSelection.Read(paths[0], paths[1], labels, kept);
        bool agrees = images.PackedSha256 is { } packed && sums.Agree(paths[0], Packed(Names[0]), packed);
        return new Content(new DataFile(paths[0], images.Extents, images.Sha256, sums.Agree(paths[0], Unpacked(Names[0]), images.Sha256) | agrees), images.Pixels, images);
    }

    private static Content Read(string path, string name, Sha256Sums sums)
    {
        byte[] file = InputFile.Read(path, FileLimits.Data);
        bool agrees = GzipData.IsPacked(file) && sums.Agree(path, Packed(name), Convert.ToHexStringLower(SHA256.HashData(file)));
        IdxFile content = IdxFile.Parse(path, GzipData.Unpack(path, file), axes: name.Contains("idx3") ? 3 : 1);
        string sum = content.Sha256();
        return new Content(new DataFile(path, content.Extents, sum, sums.Agree(path, Unpacked(name), sum) | agrees), content.Elements);
    }

    private static ImageSet Join(Content images, Content labels, string[] classNames)
    {
        int[] extents = [.. images.File.Extents];
        int count = labels.File.Extents[0];
        if (extents.Contains(0))
            throw InputFile.Error(images.File.Path, "at least one image with at least one pixel", string.Join("x", extents), "Get the file again.");
        if (extents[0] != count)
            throw OtherCount(images.File.Path, extents[0], labels.File.Path, count);

        int wrong = labels.Elements.Span.IndexOfAnyExceptInRange((byte)0, (byte)(Classes - 1));
        if (wrong >= 0)
        {
            throw InputFile.Error(
                labels.File.Path, $"labels from 0 to {Classes - 1}", $"{labels.Elements.Span[wrong]} for image {wrong} (counted from 0)", "Get the file again.");
        }

        return images.Selection is { } selection
            ? new ImageSet(images.Elements, selection.Kept, labels.Elements, extents[1], extents[2], classNames)
            : new ImageSet(images.Elements, labels.Elements, extents[1], extents[2], classNames);
    }

    /// <summary>The error of a file whose number of labels differs from the number of images.</summary>
    internal static InputException OtherCount(string imagePath, int images, string labelPath, int labels) =>
        InputFile.Error(labelPath, $"{images} labels, one for each image in {Path.GetFileName(imagePath)}", $"{labels}", PutTogether);

    private static string[] ReadClassNames(string path)
    {
        if (!InputFile.IsThere(path))
            return [.. Enumerable.Range(0, Classes).Select(digit => $"{digit}")];
        string[] names = [.. InputFile.ReadLines(path, FileLimits.List).Select(line => line.Trim()).Where(line => line.Length > 0)];
        return names.Length == Classes
            ? names
            : throw InputFile.Error(path, $"{Classes} names, one per line", $"{names.Length}", "Correct the file or remove it.");
    }
}
