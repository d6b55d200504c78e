using System.IO.Compression;
using RefNet.Data;

namespace RefNet.Tests.Data;

/// <summary>Folders with data, for tests: the one that comes with the project, and small ones made on the spot.</summary>
internal sealed class DataFolder : IDisposable
{
    /// <summary>The four names, in the order of the reader.</summary>
    public static readonly string[] Names =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>Makes an empty folder, which goes when this is disposed.</summary>
    public DataFolder() => Path = Directory.CreateTempSubdirectory("refnet-test-").FullName;

    /// <summary>data/mnist of the checkout that these tests were built from.</summary>
    public static string Mnist => System.IO.Path.Combine(Repository.Root, "data", "mnist");

    /// <summary>Where the folder is.</summary>
    public string Path { get; }

    /// <summary>The path of a file in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file into it and gives its path.</summary>
    public string Write(string name, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File(name), bytes);
        return File(name);
    }

    /// <summary>A small good set: 6 training and 4 test images of 28x28, their labels counting up from 0.</summary>
    public static DataFolder WithSmallSet()
    {
        DataFolder folder = new();
        for (int i = 0; i < Names.Length; i++)
        {
            int count = i < 2 ? 6 : 4;
            folder.Write(Names[i], i % 2 == 0
                ? Idx([count, 28, 28], [.. Enumerable.Range(0, count * 784).Select(p => (byte)(p * 7 + i))])
                : Idx([count], [.. Enumerable.Range(0, count).Select(n => (byte)n)]));
        }

        return folder;
    }

    /// <summary>A folder with a set in it.</summary>
    public static DataFolder With(Dataset set)
    {
        DataFolder folder = new();
        foreach ((ImageSet images, int first) in new[] { (set.Training, 0), (set.Test, 2) })
        {
            byte[] pixels = [.. Enumerable.Range(0, images.Count).SelectMany(n => images.Pixels(n).ToArray())];
            folder.Write(Names[first], Idx([images.Count, images.Rows, images.Columns], pixels));
            folder.Write(Names[first + 1], Idx([images.Count], images.Labels.ToArray()));
        }

        return folder;
    }

    /// <summary>An IDX file of bytes.</summary>
    public static byte[] Idx(int[] extents, byte[] elements) =>
        [0, 0, 8, (byte)extents.Length, .. extents.SelectMany(extent => BitConverter.GetBytes(extent).Reverse()), .. elements];

    /// <summary>Packs bytes as gzip does.</summary>
    public static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
