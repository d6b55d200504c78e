using System.Diagnostics;
using System.Globalization;
using RefNet.Gpu;

namespace RefNet.Benchmarks.Gpu;

/// <summary>Times and tables.</summary>
internal static class Clock
{
    private const double LongSeconds = 1;
    private const int MostTimes = 1000;

    /// <summary>The time for repeating the same work: about a third of a second.</summary>
    public static double MostSeconds { get; set; } = 0.3;

    /// <summary>
    /// The shortest of as many runs as fit into <see cref="MostSeconds"/>, not counting the first; at least two
    /// count, or one where it takes more than a second.
    /// </summary>
    public static double Best(Action work) => Best(work, MostSeconds);

    /// <summary>The shortest of as many runs as fit into another time.</summary>
    public static double Best(Action work, double mostSeconds)
    {
        work();
        long start = Stopwatch.GetTimestamp();
        double best = Once(work);
        for (int i = 1; best < LongSeconds && (i < 2 || (i < MostTimes && Stopwatch.GetElapsedTime(start).TotalSeconds < mostSeconds)); i++)
            best = Math.Min(best, Once(work));
        return best;
    }

    /// <summary>The parts of the shortest run, by the clock of the card; the remainder is packing, calls, and work of the processor.</summary>
    public static (double? Copies, double? Kernels, double? Products, double? Remainder) Split(CudaDevice card, Action work)
    {
        StreamTimes times = card.Measure();
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
        card.StopMeasuring();
        return split;
    }

    private static double Once(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>A row of a table: its name, the difference between card and processor, then times in milliseconds; empty where there is none.</summary>
    public static void WriteRow(string name, double difference, params ReadOnlySpan<double?> seconds)
    {
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"| {name} | {difference:0.0e+0} |"));
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
    /// The relative difference: |found - expected| / |expected|, Euclidean norms. Zeros instead of other numbers give
    /// 1; a NaN anywhere never passes.
    /// </summary>
    public static double Difference(ReadOnlySpan<float> found, ReadOnlySpan<float> expected)
    {
        double difference = 0, size = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double apart = (double)found[i] - expected[i];
            difference += apart * apart;
            size += (double)expected[i] * expected[i];
        }

        return found.Length == expected.Length ? Math.Sqrt(difference / size) : double.NaN;
    }

    /// <summary>
    /// How much two sums of the given number of products of random numbers may differ. Added one by one, partial sums
    /// grow as sqrt(k) and each addition rounds by up to u = 2⁻²⁴ of them, which makes about 0.3 u n of a sum of size
    /// sqrt(n): 0.3 u sqrt(n) on each side, and less where sums are computed in parts. 2 u sqrt(n) leaves room for
    /// both, and for Winograd's algorithm, which cuDNN may take and which is more exact than that (Lavin and Gray 2016, section
    /// 5.2); 1e-5 for the dozens of roundings that affect each of a few products.
    /// </summary>
    public static double Tolerance(long products) => Math.Max(1e-5, 2 * Math.Pow(2, -24) * Math.Sqrt(products));

    /// <summary>
    /// TF32 keeps 10 bits after the leading one: each operand is rounded by up to 2⁻¹¹ of itself, a product by 4e-4 in the
    /// root mean square, and a sum of products of random signs by the same share of its own size.
    /// </summary>
    public const double Tf32Tolerance = 1e-3;

    /// <summary>Writes the row of an optional library; where a call fails, a row says so, and the table goes on.</summary>
    public static bool Try(string name, Func<bool> write)
    {
        try
        {
            return write();
        }
        catch (CudaException error)
        {
            Console.WriteLine($"| {name} | WRONG: {error.Message} |");
            return false;
        }
    }

    /// <summary>The same for what only writes; whether no call failed.</summary>
    public static bool Try(string name, Action write) => Try(name, () =>
    {
        write();
        return true;
    });

    /// <summary>Whether a difference is within a tolerance; if not, a row of the table says so.</summary>
    public static bool IsRight(string name, double difference, double tolerance)
    {
        bool isRight = difference <= tolerance; // not for NaN
        if (!isRight)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | WRONG: it differs by {difference:0.0e+0} of its norm, more than {tolerance:0.0e+0} |"));
        return isRight;
    }
}
