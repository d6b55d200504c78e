using System.Globalization;

namespace RefNet.Data.Augmentation;

/// <summary>
/// One random change of an image that keeps its class: a <see cref="GeometricTransform"/> moves pixels, a
/// <see cref="PixelTransform"/> changes their values. Transforms are immutable and shared by all threads. LECTURES T7.
/// </summary>
public abstract class Transform
{
    private protected Transform() { }

    /// <summary>Whether it applies only to images of three channels.</summary>
    public virtual bool NeedsColour => false;

    /// <summary>A name and its numbers in the syntax of commands.</summary>
    internal static string Text(string name, params ReadOnlySpan<double> numbers)
    {
        foreach (double number in numbers)
            name += string.Create(CultureInfo.InvariantCulture, $":{number}");
        return name;
    }

    /// <summary>Checks a parameter of a transform.</summary>
    internal static double Within(double number, double least, double most, string what) =>
        number >= least && number <= most
            ? number
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{what} must be from {least} to {most}, found {number}"));

    /// <summary>Checks a parameter that must be an integer.</summary>
    internal static int Whole(double number, int least, int most, string what) =>
        Math.Floor(number) == number
            ? (int)Within(number, least, most, what)
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{what} must be a whole number, found {number}"));
}
