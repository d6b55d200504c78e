using System.Globalization;
using static System.FormattableString;

namespace RefNet.Console;

/// <summary>An axis of a chart: the position of a number, from 0 to 1, and its tick labels.</summary>
internal sealed class ChartAxis
{
    private const double LogarithmicFrom = 20; // the ratio of largest to smallest number

    private const int MostTicks = 8;

    private readonly double low, high;

    private ChartAxis(double low, double high, bool isLogarithmic, IReadOnlyList<double> ticks) =>
        (this.low, this.high, IsLogarithmic, Ticks) = (low, high, isLogarithmic, ticks);

    /// <summary>Whether the axis is logarithmic.</summary>
    public bool IsLogarithmic { get; }

    /// <summary>The numbers at the ticks.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>The axis for some numbers: logarithmic if all are positive and their range is large.</summary>
    public static ChartAxis Of(IReadOnlyCollection<double> numbers)
    {
        (double least, double most) = numbers.Count == 0 ? (0, 1) : (numbers.Min(), numbers.Max());
        return least > 0 && most / least >= LogarithmicFrom ? Logarithmic(least, most) : Linear(Math.Min(0, least), most);
    }

    /// <summary>A linear axis for some numbers, one or more; it includes 0.</summary>
    public static ChartAxis Linear(IReadOnlyCollection<double> numbers) => Linear(Math.Min(0, numbers.Min()), Math.Max(0, numbers.Max()));

    /// <summary>The axis of the epochs 1 to n.</summary>
    public static ChartAxis OfEpochs(int n)
    {
        int step = Math.Max(1, (int)StepFor(n, ticks: 8));
        int[] ticks = [.. Enumerable.Range(0, n / step + 1).Select(i => i * step).Where(tick => tick >= 1)];
        return new ChartAxis(n == 1 ? 0 : 1, n == 1 ? 2 : n, isLogarithmic: false, [.. (step == 1 ? ticks : [1, .. ticks]).Select(tick => (double)tick)]);
    }

    /// <summary>The position of a number, from 0 to 1.</summary>
    public double Place(double number) => IsLogarithmic ? Math.Log(number / low) / Math.Log(high / low) : (number - low) / (high - low);

    private static ChartAxis Linear(double least, double most)
    {
        if (most == least)
            (least, most) = (Math.Min(0, least), most == 0 ? 1 : Math.Max(0, most));
        double step = StepFor(most - least, ticks: 5);
        (double first, double last) = (Math.Floor(least / step), Math.Max(Math.Ceiling(most / step), Math.Floor(least / step) + 1));
        // Rounded through text: 3 * 0.1 is not exactly 0.3.
        double[] ticks = [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => double.Parse(((first + i) * step).ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))];
        return new ChartAxis(ticks[0], ticks[^1], isLogarithmic: false, ticks);
    }

    // From tick to tick; if there are many, only powers of ten are labelled.
    private static ChartAxis Logarithmic(double least, double most)
    {
        double[] near = [.. from power in Enumerable.Range((int)Math.Floor(Math.Log10(least)), (int)Math.Ceiling(Math.Log10(most / least)) + 3)
                            from digit in new[] { 1, 2, 5 }
                            select double.Parse(Invariant($"{digit}e{power}"), CultureInfo.InvariantCulture)];
        (double low, double high) = (near.Last(tick => tick <= least), near.First(tick => tick >= most));
        double[] ticks = [.. near.Where(tick => tick >= low && tick <= high)];
        double[] powers = [.. ticks.Where(tick => tick.ToString("e0", CultureInfo.InvariantCulture)[0] == '1')];
        int every = (powers.Length + MostTicks - 1) / MostTicks;
        return new ChartAxis(low, high, isLogarithmic: true, ticks.Length <= MostTicks ? ticks : [.. powers.Where((_, i) => i % every == 0)]);
    }

    // 1, 2 or 5 times a power of ten.
    private static double StepFor(double range, int ticks)
    {
        double rough = range / ticks, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * (rough <= power ? 1 : rough <= 2 * power ? 2 : rough <= 5 * power ? 5 : 10);
    }
}
