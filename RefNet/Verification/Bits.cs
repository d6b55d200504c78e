using System.Globalization;

namespace RefNet.Verification;

/// <summary>Comparisons bit by bit; NaN equals itself.</summary>
internal static class Bits
{
    /// <summary>The index of the first difference between two lists of numbers; null if they are equal.</summary>
    public static int? FirstDifference(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        for (int i = 0; i < a.Length; i++)
        {
            if (BitConverter.DoubleToInt64Bits(a[i]) != BitConverter.DoubleToInt64Bits(b[i]) && !(double.IsNaN(a[i]) && double.IsNaN(b[i])))
                return i;
        }

        return null;
    }

    /// <summary>A number as reports show it, with six significant digits.</summary>
    public static string Show(double value) => value.ToString("g6", CultureInfo.InvariantCulture);
}
