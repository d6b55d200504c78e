using System.Globalization;

namespace RefNet.Training;

/// <summary>One part of the training images for cross-validation: 2/5 is the second of five. LECTURES T10.</summary>
internal static class FoldNames
{
    /// <summary>The number of the part, from 1, and the number of parts.</summary>
    /// <exception cref="InputException">The text is not such a part.</exception>
    public static (int Number, int Count) Parse(string text) =>
        text.Split('/') is [var number, var count] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int k)
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n >= 2 && k >= 1 && k <= n
            ? (k, n)
            : throw new InputException($"Expected a part of the training images as NUMBER/COUNT, such as 2/5, with 2 parts or more; found '{text}'.");
}
