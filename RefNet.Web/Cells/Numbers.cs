using System.Globalization;

namespace RefNet.Web.Cells;

/// <summary>Numbers in sums that are written out: as many digits as a float has, and brackets around negative ones.</summary>
internal static class Numbers
{
    /// <summary>A number.</summary>
    public static string Of(double number) => number.ToString("G6", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>A number behind a sign of multiplication or addition.</summary>
    public static string Term(double number) => number < 0 ? $"({Of(number)})" : Of(number);

    /// <summary>A sum, with the terms in the middle left out where there are many.</summary>
    public static string Sum(IReadOnlyList<double> terms, int most = 12) => terms.Count <= most
        ? string.Join(" + ", terms.Select(Term))
        : $"{string.Join(" + ", terms.Take(most / 2).Select(Term))} + … + {string.Join(" + ", terms.TakeLast(most / 2).Select(Term))}";
}
