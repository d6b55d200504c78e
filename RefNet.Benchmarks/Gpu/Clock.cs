using System.Diagnostics;
using System.Globalization;
using RefNet.Gpu;

namespace RefNet.Benchmarks.Gpu;

/// <summary>Times and tables.</summary>
internal static class Clock
{
    private const double MostSeconds = 1.5;
    private const int MostTimes = 50;

    /// <summary>The shortest of as many runs as fit into a second and a half; three at least, the first not counted.</summary>
    public static double Best(Action work)
    {
        work();
        long start = Stopwatch.GetTimestamp();
        double best = double.PositiveInfinity;
        for (int i = 0; i < 2 || (i < MostTimes && Stopwatch.GetElapsedTime(start).TotalSeconds < MostSeconds); i++)
            best = Math.Min(best, Once(work));
        return best;
    }

    /// <summary>What the shortest run is made of, by the clock of the card; the rest is packing, calls, and what the processor does.</summary>
    public static (double? Copies, double? Kernels, double? Products, double? Remainder) Split(CudaGemm card, Action work)
    {
        StreamTimes times = card.Device.Measure();
        (double, double, double, double) split = default;
        double best = double.PositiveInfinity;
        Best(() =>
        {
            times.Clear();
            double whole = Once(work);
            if (whole < best)
            {
                (double copies, double kernels, double products) = (times[StreamWork.Copies], times[StreamWork.Kernels], times[StreamWork.Products]);
                split = (copies, kernels, products, whole - copies - kernels - products);
                best = whole;
            }
        });
        card.Device.StopMeasuring();
        return split;
    }

    private static double Once(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>A row of a table: what it is, then times in milliseconds; a gap where there is none.</summary>
    public static void WriteRow(string name, params ReadOnlySpan<double?> seconds)
    {
        Console.Write($"| {name} |");
        foreach (double? time in seconds)
            Console.Write($" {(time * 1e3)?.ToString("0.000", CultureInfo.InvariantCulture)} |");
        Console.WriteLine();
    }

    /// <summary>The head of a table.</summary>
    public static void WriteHead(string title, params ReadOnlySpan<string> columns)
    {
        Console.WriteLine($"\n## {title}\n");
        Console.WriteLine($"| {string.Join(" | ", columns)} |");
        Console.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---:|", columns.Length - 1))}");
    }

    /// <summary>
    /// Whether two sums of so many products, of numbers below a half, agree: added in any order they differ by at most n
    /// epsilon times the sum of the magnitudes, which is below n / 4.
    /// </summary>
    public static bool Agree(string name, ReadOnlySpan<float> found, ReadOnlySpan<float> expected, long products)
    {
        double tolerance = products * Math.Pow(2, -23) * products / 4;
        for (int i = 0; i < found.Length; i++)
        {
            if (!(Math.Abs(found[i] - expected[i]) <= tolerance))
            {
                Console.WriteLine($"| {name} | WRONG: element {i} is {found[i]}, expected {expected[i]} ± {tolerance} |");
                return false;
            }
        }

        return true;
    }
}
