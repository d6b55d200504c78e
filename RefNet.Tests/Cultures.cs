using System.Globalization;

namespace RefNet.Tests;

/// <summary>Cultures that write numbers in other ways; made here, since a machine may have none but the invariant one.</summary>
internal static class Cultures
{
    /// <summary>Runs something where 1.5 is written 1,5, -1 with another minus sign, and NaN in another alphabet.</summary>
    public static T WithCommas<T>(Func<T> run)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "\u2212";
        culture.NumberFormat.NaNSymbol = "ليس رقم";
        CultureInfo.CurrentCulture = culture;
        try
        {
            return run();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
