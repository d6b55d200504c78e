using System.Globalization;

namespace RefNet.Benchmarks;

/// <summary>Numbers as the tables show them.</summary>
internal static class Format
{
    /// <summary>The text instead of a time if a rival's process ended too early, or its result is wrong.</summary>
    public const string Failed = "failed";

    /// <summary>A ratio; empty if there is none because all peers failed.</summary>
    public static string Ratio(double? value) => value is { } ratio && !double.IsNaN(ratio) ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "";

    /// <summary>Microseconds with three digits or more.</summary>
    public static string Microseconds(double seconds) => (seconds * 1e6).ToString(seconds < 1e-4 ? "0.00" : seconds < 1e-3 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    /// <summary>A small number, by its order of magnitude.</summary>
    public static string Small(double value) => value.ToString("0.#e-0", CultureInfo.InvariantCulture);

    public static string Seconds(double seconds) => seconds.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Whole(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Percent(double share) => share.ToString("P0", CultureInfo.InvariantCulture);
}
