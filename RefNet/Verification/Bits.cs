using System.Globalization;

namespace RefNet.Verification;

/// <summary>Comparisons bit by bit; NaN equals itself.</summary>
internal static class Bits
{
    /// <summary>Where two lists of numbers differ first; null where they do not.</summary>
    public static int? FirstDifference(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        for (int i = 0; i < a.Length; i++)
        {
            if (BitConverter.DoubleToInt64Bits(a[i]) != BitConverter.DoubleToInt64Bits(b[i]) && !(double.IsNaN(a[i]) && double.IsNaN(b[i])))
                return i;
        }

        return null;
    }

    /// <summary>A number as a report shows it, with as many digits as a reader wants to see.</summary>
    public static string Show(double value) => value.ToString("g6", CultureInfo.InvariantCulture);
}
