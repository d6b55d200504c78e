using System.Globalization;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>Formats numbers for display, the same in every culture.</summary>
internal static class Format
{
    public static string Count(double count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number of things, such as 1 epoch or 2 epochs.</summary>
    public static string Count(int count, string thing) => $"{Count(count)} {thing}{(count == 1 ? "" : "s")}";

    public static string Percent(double share) => double.IsNaN(share) ? "-" : (100 * share).ToString("F2", CultureInfo.InvariantCulture) + " %";

    /// <summary>A mean of error rates in percent, without the sign, with one digit more than a single error rate, since a mean is not a whole number of images.</summary>
    public static string MeanPercent(double share) => (100 * share).ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>The 95 % interval of an error, "0.83 to 1.23 %".</summary>
    public static string Interval(ConfusionMatrix confusion)
    {
        WilsonInterval interval = WilsonInterval.Of(confusion.Errors, confusion.Samples);
        return $"{Percent(interval.Low)[..^2]} to {Percent(interval.High)}";
    }

    /// <summary>An error rate with its counts and its interval.</summary>
    public static string ErrorWithInterval(ConfusionMatrix confusion) =>
        $"{Percent(confusion.ErrorRate)} ({Count(confusion.Errors)} of {Count(confusion.Samples)} images), 95 % interval {Interval(confusion)}";

    public static string Number(double number) => number.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>Two decimal places, and no minus before a zero.</summary>
    public static string Signed(double number) => Math.Abs(number) < 0.005 ? "0.00" : number.ToString("F2", CultureInfo.InvariantCulture);

    public static string Loss(double loss) => loss.ToString("F4", CultureInfo.InvariantCulture);

    public static string Error(double error) => error.ToString("0.0e-0", CultureInfo.InvariantCulture);

    public static string Class(int number, string name) => name == $"{number}" ? name : $"{number} {name}";

    public static string Class(int number, IReadOnlyList<string>? names) => number < names?.Count ? Class(number, names[number]) : $"{number}";

    public static string Time(TimeSpan time) =>
        time.TotalMinutes < 1 ? time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) + " s"
        : time.TotalHours < 1 ? time.ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : $"{(int)time.TotalHours}{time.ToString(@"\:mm\:ss", CultureInfo.InvariantCulture)}";
}
