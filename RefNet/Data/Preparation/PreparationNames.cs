using System.Globalization;

namespace RefNet.Data.Preparation;

/// <summary>The names of input preparations in run options: a name, for some with a number after a colon.</summary>
public static class PreparationNames
{
    private const double UsualEpsilon = 0.01;

    private static readonly string[] WithEpsilon = ["standardize", "pca", "zca"];

    /// <summary>The syntax of each.</summary>
    public static IReadOnlyList<string> All { get; } = ["center", "channels", .. WithEpsilon.Select(name => $"{name}[:EPSILON]")];

    /// <summary>The name and ε in a text; ε is 0.01 if not given.</summary>
    /// <exception cref="InputException">There is no such preparation, or ε is not a number of 0 or more.</exception>
    public static (string Name, double Epsilon) Parse(string text)
    {
        string[] parts = text.Split(':');
        if (text is "center" or "channels")
            return (text, 0);
        double epsilon = UsualEpsilon;
        bool isGood = WithEpsilon.Contains(parts[0])
            && (parts.Length == 1 || (parts.Length == 2 && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out epsilon)));
        return isGood && epsilon >= 0 && double.IsFinite(epsilon)
            ? (parts[0], epsilon)
            : throw new InputException($"Expected a preparation of inputs, one of {string.Join(", ", All)}, where EPSILON is a number of 0 or more; found '{text}'.");
    }
}
