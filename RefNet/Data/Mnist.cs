using System.Security.Cryptography;

namespace RefNet.Data;

/// <summary>
/// Reads a data set in MNIST's four files (LeCun, Cortes and Burges), or another with the same file names, such as Fashion-MNIST.
/// data/README.md lists the optional files beside them.
/// </summary>
public static class Mnist
{
    private const int Classes = 10;
    private const string ClassesFile = "classes.txt";
    private const string PutTogether = "Put the files of one data set together.";

    private static readonly string[] Names =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>Whether a folder has the four files, packed or not.</summary>
    public static bool IsIn(string folder) => Names.All(name => Find(folder, name) is not null);

    /// <summary>Reads and checks the training and test images of a folder.</summary>
    /// <exception cref="InputException">A file is missing or damaged, or files do not belong together.</exception>
    public static Dataset Load(string folder) => Load(folder, out _);

    /// <summary>Reads a folder as <see cref="Load(string)"/> does, and also gives each file.</summary>
    /// <exception cref="InputException">A file is missing or damaged, or files do not belong together.</exception>
    public static Dataset Load(string folder, out IReadOnlyList<DataFile> files)
    {
        if (!Directory.Exists(folder))
            throw InputFile.Error(folder, "a folder with MNIST's four files", File.Exists(folder) ? "a file" : "nothing", "Check the path.");

        // The quick checks come before megabytes are read.
        string[] paths = [.. Names.Select(name => Find(folder, name) ?? throw Missing(folder, name))];
        Sha256Sums sums = new(folder);
        string[] classNames = ReadClassNames(Path.Combine(folder, ClassesFile));

        // Each file is read on its own thread; errors are reported in the order of the files.
        Task<(DataFile File, IdxFile Content)>[] reads = [.. Names.Select((name, i) => Task.Run(() => Read(paths[i], name, sums)))];
        (DataFile File, IdxFile Content)[] read = [.. reads.Select(task => task.GetAwaiter().GetResult())];
        sums.CheckTheRest();
        files = [.. read.Select(one => one.File)];

        ImageSet training = Join(read[0], read[1], classNames);
        ImageSet test = Join(read[2], read[3], classNames);
        if (training.Rows != test.Rows || training.Columns != test.Columns)
        {
            throw InputFile.Error(
                paths[2], $"images of {training.Rows}x{training.Columns}, as in {Path.GetFileName(paths[0])}", $"{test.Rows}x{test.Columns}", PutTogether);
        }

        return new Dataset(new DirectoryInfo(folder).Name, training, test);
    }

    // train-images-idx3-ubyte is the original; some unpackers write train-images.idx3-ubyte.
    private static string[] Unpacked(string name) => [name, name.Replace("-idx", ".idx")];

    private static string[] Packed(string name) => [.. Unpacked(name).Select(unpacked => unpacked + ".gz")];

    private static string? Find(string folder, string name) =>
        Unpacked(name).Concat(Packed(name)).Select(file => Path.Combine(folder, file)).FirstOrDefault(InputFile.IsThere);

    private static InputException Missing(string folder, string name) =>
        InputFile.Error(
            Path.Combine(folder, name), $"this file, or {string.Join(" or ", Unpacked(name).Skip(1).Concat(Packed(name)))}", "none of them", "Put all four files of the data set into the folder.");

    private static (DataFile File, IdxFile Content) Read(string path, string name, Sha256Sums sums)
    {
        byte[] file = InputFile.Read(path, FileLimits.Data);
        bool agrees = GzipData.IsPacked(file) && sums.Agree(path, Packed(name), Convert.ToHexStringLower(SHA256.HashData(file)));
        IdxFile content = IdxFile.Parse(path, GzipData.Unpack(path, file), axes: name.Contains("idx3") ? 3 : 1);
        string sum = content.Sha256();
        return (new DataFile(path, content.Extents, sum, sums.Agree(path, Unpacked(name), sum) | agrees), content);
    }

    private static ImageSet Join((DataFile File, IdxFile Content) images, (DataFile File, IdxFile Content) labels, string[] classNames)
    {
        int[] extents = [.. images.Content.Extents];
        int count = labels.Content.Extents[0];
        if (extents.Contains(0))
            throw InputFile.Error(images.File.Path, "at least one image with at least one pixel", string.Join("x", extents), "Get the file again.");
        if (extents[0] != count)
            throw InputFile.Error(labels.File.Path, $"{extents[0]} labels, one for each image in {Path.GetFileName(images.File.Path)}", $"{count}", PutTogether);

        int wrong = labels.Content.Elements.Span.IndexOfAnyExceptInRange((byte)0, (byte)(Classes - 1));
        if (wrong >= 0)
        {
            throw InputFile.Error(
                labels.File.Path, $"labels from 0 to {Classes - 1}", $"{labels.Content.Elements.Span[wrong]} for image {wrong} (counted from 0)", "Get the file again.");
        }

        return new ImageSet(images.Content.Elements, labels.Content.Elements, extents[1], extents[2], classNames);
    }

    private static string[] ReadClassNames(string path)
    {
        if (!InputFile.IsThere(path))
            return [.. Enumerable.Range(0, Classes).Select(digit => $"{digit}")];
        string[] names = [.. InputFile.ReadLines(path, FileLimits.List).Select(line => line.Trim()).Where(line => line.Length > 0)];
        return names.Length == Classes
            ? names
            : throw InputFile.Error(path, $"{Classes} names, one a line", $"{names.Length}", "Correct the file or remove it.");
    }
}
