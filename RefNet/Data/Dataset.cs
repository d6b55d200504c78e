using System.Security.Cryptography;

namespace RefNet.Data;

/// <summary>Images to train on and images to test on.</summary>
/// <param name="Name">The name of its folder.</param>
/// <param name="Training">The images to train on; part of them may be held out for validation.</param>
/// <param name="Test">The images for the final test, used once, after all choices are made.</param>
public sealed record Dataset(string Name, ImageSet Training, ImageSet Test)
{
    /// <summary>The SHA-256 of all images and labels, in hexadecimal digits: it tells whether two data sets are the same.</summary>
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
