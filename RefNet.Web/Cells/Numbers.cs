using System.Globalization;

namespace RefNet.Web.Cells;

/// <summary>Formats numbers of written-out sums: with the digits of a float, and parentheses around negative ones.</summary>
internal static class Numbers
{
    /// <summary>A number.</summary>
    public static string Of(double number) => number.ToString("G6", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>A number after a multiplication or addition sign.</summary>
    public static string Term(double number) => number < 0 ? $"({Of(number)})" : Of(number);

    /// <summary>A sum, with the middle terms left out if there are many.</summary>
    public static string Sum(IReadOnlyList<double> terms, int most = 12) => terms.Count <= most
        ? string.Join(" + ", terms.Select(Term))
        : $"{string.Join(" + ", terms.Take(most / 2).Select(Term))} + … + {string.Join(" + ", terms.TakeLast(most / 2).Select(Term))}";
}
