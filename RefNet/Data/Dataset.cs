using System.Security.Cryptography;

namespace RefNet.Data;

/// <summary>Images to train on and images to test on.</summary>
/// <param name="Name">The name of its folder.</param>
/// <param name="Training">The images to train on; part of them may be held out for validation.</param>
/// <param name="Test">The images for the final test, used once, after all choices are made.</param>
public sealed record Dataset(string Name, ImageSet Training, ImageSet Test)
{
    /// <summary>The SHA-256 of all images and labels, in hexadecimal digits: it tells whether two data sets are the same.</summary>
    public string Sha256
    {
        get => field ??= ComputeSha256();
        internal init;
    }

    /// <summary>Whether a folder holds a data set of a known form: MNIST's four files, CIFAR-10's, or pictures by class.</summary>
    public static bool IsIn(string folder)
    {
        try
        {
            return Mnist.IsIn(folder) || Cifar.IsIn(folder) || ImageFolder.IsIn(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // nobody can tell what is in a folder that may not be read
        }
    }

    /// <summary>Reads and checks the data set in a folder, in the form that it has.</summary>
    /// <exception cref="InputException">It holds no data set, or a damaged one.</exception>
    public static Dataset Load(string folder) => Load(folder, out _);

    /// <summary>
    /// Reads a folder as <see cref="Load(string)"/> does, and of a set in MNIST's form keeps those training images alone that are wanted.
    /// All are read and checked; <see cref="ImageSet.Pixels"/> of one that is not kept is an error.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="wanted">Given how many training images there are, tells for each whether it is kept; null keeps all.</param>
    /// <exception cref="InputException">It holds no data set, or a damaged one.</exception>
    public static Dataset Load(string folder, Func<int, bool[]?> wanted) => Mnist.IsIn(folder) ? Mnist.Load(folder, wanted, out _) : Load(folder);

    /// <summary>Reads a folder as <see cref="Load(string)"/> does, and also tells of each file.</summary>
    /// <exception cref="InputException">It holds no data set, or a damaged one.</exception>
    public static Dataset Load(string folder, out IReadOnlyList<DataFile> files) =>
        Mnist.IsIn(folder) ? Mnist.Load(folder, out files)
        : Cifar.IsIn(folder) ? Cifar.Load(folder, out files)
        : ImageFolder.IsIn(folder) ? ImageFolder.Load(folder, out files)
        : Mnist.Load(folder, out files); // says which file is missing

    /// <summary>The sum of a data set of whose training images a hash was taken already, first all labels, then all pixels.</summary>
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
