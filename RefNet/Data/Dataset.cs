using System.Security.Cryptography;

namespace RefNet.Data;

/// <summary>Images to train on and images to test on.</summary>
/// <param name="Name">What the set is called: the name of its folder.</param>
/// <param name="Training">What networks learn from; part of it may be held out for validation.</param>
/// <param name="Test">What is looked at once, when all choices have been made.</param>
public sealed record Dataset(string Name, ImageSet Training, ImageSet Test)
{
    /// <summary>The SHA-256 of all that is in it, in hexadecimal digits: it tells whether two sets are the same.</summary>
    public string Sha256 => field ??= ComputeSha256();

    private string ComputeSha256()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ImageSet images in new[] { Training, Test })
        {
            hash.AppendData(images.Labels);
            for (int n = 0; n < images.Count; n++)
                hash.AppendData(images.Pixels(n));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
