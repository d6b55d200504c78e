using System.Globalization;
using RefNet.Data;
using RefNet.Models;

namespace RefNet.Training;

/// <summary>How the pixels of a run become numbers, by name: a mean and a deviation for each channel.</summary>
public static class PixelNames
{
    /// <summary>The range that the model has for all channels: the numbers of its <see cref="Recipe"/>.</summary>
    public const string Plain = "plain";

    private static readonly (string Name, string Numbers)[] Known = [("imagenet", Recipe.ImageNet), ("cifar10", Recipe.Cifar10)];

    /// <summary>How each is written.</summary>
    public static IReadOnlyList<string> All { get; } = [Plain, .. Known.Select(known => known.Name), "MEAN,.../DEVIATION,..."];

    /// <summary>What a run notes of a name or of numbers: the numbers, so that they stay what they are; null for plain.</summary>
    /// <exception cref="InputException">It is neither a name nor as many means as deviations.</exception>
    public static string? Expand(string text)
    {
        if (text == Plain)
            return null;
        string numbers = Known.FirstOrDefault(known => known.Name == text).Numbers ?? text;
        Create(numbers);
        return numbers;
    }

    /// <summary>What people call such numbers: a name, where they have one.</summary>
    public static string NameOf(string? numbers) => numbers is null ? Plain : Known.FirstOrDefault(known => known.Numbers == numbers).Name ?? numbers;

    /// <summary>Makes the scaling: (p / 255 - mean) / deviation for byte p of a channel.</summary>
    /// <param name="numbers">Means with commas between, a slash, deviations with commas between, all as shares of 255.</param>
    /// <param name="padding">The pixels of byte 0 on each side.</param>
    /// <exception cref="InputException">They are not as many means as deviations above 0.</exception>
    public static PixelScaling Create(string numbers, int padding = 0)
    {
        double[][] parts = [.. numbers.Split('/').Select(part => part.Split(',').Select(Number).ToArray())];
        return parts is [var means, var deviations] && means.Length == deviations.Length && means.All(double.IsFinite) && deviations.All(deviation => deviation > 0 && double.IsFinite(deviation))
            ? PixelScaling.Standardizing(means, deviations, padding)
            : throw new InputException($"Expected how pixels become numbers, one of {string.Join(", ", All)}, with as many means as deviations above 0, such as {Recipe.ImageNet}; found '{numbers}'.");
    }

    private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;
}
