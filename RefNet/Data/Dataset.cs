using System.Security.Cryptography;

namespace RefNet.Data;

/// <summary>Training images and test images.</summary>
/// <param name="Name">The name of its folder.</param>
/// <param name="Training">The training images; part of them may be held out for validation.</param>
/// <param name="Test">The images for the final test, used once, after all choices are made.</param>
public sealed record Dataset(string Name, ImageSet Training, ImageSet Test)
{
    /// <summary>The SHA-256 of all images and labels, in hexadecimal, which identifies the data set.</summary>
    public string Sha256
    {
        get => field ??= ComputeSha256();
        internal init;
    }

    /// <summary>Whether a folder has a data set in a known format: MNIST's four files, CIFAR-10's, or pictures by class.</summary>
    public static bool IsIn(string folder)
    {
        try
        {
            return Mnist.IsIn(folder) || Cifar.IsIn(folder) || ImageFolder.IsIn(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // the contents of an unreadable folder are unknown
        }
    }

    /// <summary>Reads and checks the data set in a folder, in any known format.</summary>
    /// <exception cref="InputException">It holds no data set, or a damaged one.</exception>
    public static Dataset Load(string folder) => Load(folder, out _);

    /// <summary>
    /// Reads a folder as <see cref="Load(string)"/> does, and keeps only a selection of the training images of a set in MNIST's format.
    /// All are read and checked; <see cref="ImageSet.Pixels"/> throws for an image that is not kept.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="wanted">Takes the number of training images and returns for each whether to keep it; null keeps all.</param>
    /// <exception cref="InputException">It holds no data set, or a damaged one.</exception>
    public static Dataset Load(string folder, Func<int, bool[]?> wanted) => Mnist.IsIn(folder) ? Mnist.Load(folder, wanted, out _) : Load(folder);

    /// <summary>Reads a folder as <see cref="Load(string)"/> does, and also describes each file.</summary>
    /// <exception cref="InputException">It holds no data set, or a damaged one.</exception>
    public static Dataset Load(string folder, out IReadOnlyList<DataFile> files) =>
        Mnist.IsIn(folder) ? Mnist.Load(folder, out files)
        : Cifar.IsIn(folder) ? Cifar.Load(folder, out files)
        : ImageFolder.IsIn(folder) ? ImageFolder.Load(folder, out files)
        : Mnist.Load(folder, out files); // says which file is missing

    /// <summary>The checksum of a data set, from the hash of its training images: first of all labels, then of all pixels.</summary>
    internal static string Sum(IncrementalHash ofTraining, ImageSet test)
    {
        Append(ofTraining, test);
        return Convert.ToHexStringLower(ofTraining.GetHashAndReset());
    }

    private string ComputeSha256()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Training);
        return Sum(hash, Test);
    }

    private static void Append(IncrementalHash hash, ImageSet images)
    {
        hash.AppendData(images.Labels);
        for (int n = 0; n < images.Count; n++)
            hash.AppendData(images.Pixels(n));
    }
}
