using System.Security.Cryptography;

namespace RefNet.Data;

/// <summary>
/// Reads folders of pictures by class: train/CLASS/picture and test/CLASS/picture, in PNG, JPEG or one of Netpbm's formats. Classes and
/// pictures are in natural order (2 before 10). All pictures have one size; they are grey if none has colours, otherwise
/// red, green and blue. Transparent pixels become white.
/// </summary>
public static class ImageFolder
{
    private const int MostClasses = 256;

    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".pgm", ".ppm", ".pbm", ".pnm"];

    /// <summary>Whether a folder has folders train and test with folders of classes in them.</summary>
    public static bool IsIn(string folder) => new[] { "train", "test" }.All(part => Directory.Exists(Path.Combine(folder, part)) && Classes(Path.Combine(folder, part)).Length > 0);

    /// <summary>Reads the folders train and test of a folder.</summary>
    /// <exception cref="InputException">A folder is missing or has other classes, or a picture is damaged or of another size.</exception>
    public static Dataset Load(string folder) => Load(folder, out _);

    /// <summary>Reads a folder as <see cref="Load(string)"/> does, and also describes the pictures of each class.</summary>
    /// <exception cref="InputException">A folder is missing or has other classes, or a picture is damaged or of another size.</exception>
    public static Dataset Load(string folder, out IReadOnlyList<DataFile> files)
    {
        if (!IsIn(folder))
            throw InputFile.Error(folder, "folders train and test with a folder of pictures for each class", "others", "Arrange the pictures this way.");
        string train = Path.Combine(folder, "train"), test = Path.Combine(folder, "test");
        if (!Names(Classes(train)).SequenceEqual(Names(Classes(test))))
            throw InputFile.Error(test, $"the classes of train: {string.Join(", ", Names(Classes(train)))}", string.Join(", ", Names(Classes(test))), "Give both folders the same classes.");
        (string Path, byte Label, Picture Picture)[] training = ReadPictures(train), testing = ReadPictures(test);
        int channels = training.Concat(testing).Any(one => one.Picture.HasColour) ? 3 : 1;
        CheckSize(training.Concat(testing));
        List<DataFile> read = [];
        ImageSet trainingSet = ToSet(train, training, channels, read), testSet = ToSet(test, testing, channels, read);
        files = read;
        return new Dataset(new DirectoryInfo(folder).Name, trainingSet, testSet);
    }

    /// <summary>Reads a folder with a folder of pictures for each class.</summary>
    /// <exception cref="InputException">It has no such folders, or a picture is damaged or of another size.</exception>
    public static ImageSet ReadImages(string folder)
    {
        if (!Directory.Exists(folder) || Classes(folder).Length == 0)
            throw InputFile.Error(folder, "a folder with a folder of pictures for each class", "none", "Check the path.");
        (string Path, byte Label, Picture Picture)[] pictures = ReadPictures(folder);
        CheckSize(pictures);
        return ToSet(folder, pictures, pictures.Any(one => one.Picture.HasColour) ? 3 : 1, []);
    }

    private static string[] Classes(string folder) => [.. Directory.GetDirectories(folder).Where(path => !IsHidden(path)).Order(NaturalOrder.Instance)];

    private static IEnumerable<string> Names(string[] paths) => paths.Select(path => Path.GetFileName(path));

    private static bool IsHidden(string path) => Path.GetFileName(path).StartsWith('.');

    private static (string Path, byte Label, Picture Picture)[] ReadPictures(string folder)
    {
        string[] classes = Classes(folder);
        if (classes.Length > MostClasses)
            throw InputFile.Error(folder, $"at most {MostClasses} classes", $"{classes.Length}", "Give fewer.");
        List<(string, byte, Picture)> pictures = [];
        long bytes = 0;
        for (int label = 0; label < classes.Length; label++)
        {
            string[] paths = [.. Directory.GetFiles(classes[label]).Where(path => !IsHidden(path) && Extensions.Contains(Path.GetExtension(path).ToLowerInvariant())).Order(NaturalOrder.Instance)];
            if (paths.Length == 0)
                throw InputFile.Error(classes[label], $"pictures ({string.Join(", ", Extensions)})", "none", "Put some into it, or remove the folder.");
            foreach (string path in paths)
            {
                Picture picture = ImageFile.ReadPicture(path);
                bytes += picture.Values.Length;
                if (bytes > FileLimits.Data)
                    throw InputFile.Error(folder, $"pictures of at most {FileLimits.Data} values together", "more", "Make them smaller, or give fewer.");
                pictures.Add((path, (byte)label, picture));
            }
        }

        return [.. pictures];
    }

    private static void CheckSize(IEnumerable<(string Path, byte Label, Picture Picture)> pictures)
    {
        (string firstPath, _, Picture first) = pictures.First();
        foreach ((string path, _, Picture picture) in pictures)
        {
            if ((picture.Rows, picture.Columns) != (first.Rows, first.Columns))
                throw InputFile.Error(path, $"a picture of {first.Columns}x{first.Rows}, as {firstPath} is", $"one of {picture.Columns}x{picture.Rows}", "Resize all pictures to one size.");
        }
    }

    private static ImageSet ToSet(string folder, (string Path, byte Label, Picture Picture)[] pictures, int channels, List<DataFile> files)
    {
        string[] classes = Classes(folder);
        int rows = pictures[0].Picture.Rows, columns = pictures[0].Picture.Columns, size = channels * rows * columns;
        if ((long)pictures.Length * size > FileLimits.Data)
            throw InputFile.Error(folder, $"pictures of at most {FileLimits.Data} values together", $"{(long)pictures.Length * size}", "Make them smaller, or give fewer.");
        byte[] pixels = new byte[pictures.Length * size];
        for (int n = 0; n < pictures.Length; n++)
            pictures[n].Picture.WritePlanes(channels, pixels.AsSpan(n * size, size));

        for (int label = 0, first = 0; label < classes.Length; label++)
        {
            int count = pictures.Count(one => one.Label == label);
            string sum = Convert.ToHexStringLower(SHA256.HashData(pixels.AsSpan(first * size, count * size)));
            files.Add(new DataFile(classes[label], [count, channels, rows, columns], sum, SumAgreed: false));
            first += count;
        }

        return new ImageSet(pixels, pictures.Select(one => one.Label).ToArray(), rows, columns, [.. Names(classes)], channels);
    }
}
