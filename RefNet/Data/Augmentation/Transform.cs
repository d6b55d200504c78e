using System.Globalization;

namespace RefNet.Data.Augmentation;

/// <summary>
/// One random change of an image that leaves its class as it is: a <see cref="GeometricTransform"/> moves pixels, a
/// <see cref="PixelTransform"/> changes their numbers. Transforms are immutable: all threads use the same ones. LECTURES T7.
/// </summary>
public abstract class Transform
{
    private protected Transform() { }

    /// <summary>Whether it changes images of three channels only.</summary>
    public virtual bool NeedsColour => false;

    /// <summary>A name and its numbers, as commands have them.</summary>
    internal static string Text(string name, params ReadOnlySpan<double> numbers)
    {
        foreach (double number in numbers)
            name += string.Create(CultureInfo.InvariantCulture, $":{number}");
        return name;
    }

    /// <summary>Checks a number that a transform is made with.</summary>
    internal static double Within(double number, double least, double most, string what) =>
        number >= least && number <= most
            ? number
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{what} must be from {least} to {most}, found {number}"));

    /// <summary>Checks a number that must be whole.</summary>
    internal static int Whole(double number, int least, int most, string what) =>
        Math.Floor(number) == number
            ? (int)Within(number, least, most, what)
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{what} must be a whole number, found {number}"));
}
