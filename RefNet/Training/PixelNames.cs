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

    /// <summary>The syntax of each.</summary>
    public static IReadOnlyList<string> All { get; } = [Plain, .. Known.Select(known => known.Name), "MEAN,.../DEVIATION,..."];

    /// <summary>What a run records for a name or for numbers: the numbers, so that they never change; null for plain.</summary>
    /// <exception cref="InputException">The text is neither a name nor a list with equal numbers of means and deviations.</exception>
    public static string? Expand(string text)
    {
        if (text == Plain)
            return null;
        string numbers = Known.FirstOrDefault(known => known.Name == text).Numbers ?? text;
        Create(numbers);
        return numbers;
    }

    /// <summary>The usual name of such numbers, where they have one.</summary>
    public static string NameOf(string? numbers) => numbers is null ? Plain : Known.FirstOrDefault(known => known.Numbers == numbers).Name ?? numbers;

    /// <summary>Creates the scaling: (p / 255 - mean) / deviation for byte p of a channel.</summary>
    /// <param name="numbers">Means separated by commas, a slash, deviations separated by commas, all as shares of 255.</param>
    /// <param name="padding">The pixels of byte 0 on each side.</param>
    /// <exception cref="InputException">The numbers of means and deviations differ, or a deviation is not above 0.</exception>
    public static PixelScaling Create(string numbers, int padding = 0)
    {
        double[][] parts = [.. numbers.Split('/').Select(part => part.Split(',').Select(Number).ToArray())];
        return parts is [var means, var deviations] && means.Length == deviations.Length && means.All(double.IsFinite) && deviations.All(deviation => deviation > 0 && double.IsFinite(deviation))
            ? PixelScaling.Standardizing(means, deviations, padding)
            : throw new InputException($"Expected how pixels become numbers, one of {string.Join(", ", All)}, with as many means as deviations above 0, such as {Recipe.ImageNet}; found '{numbers}'.");
    }

    private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;
}
