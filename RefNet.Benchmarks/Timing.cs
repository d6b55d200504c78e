using System.Diagnostics;

namespace RefNet.Benchmarks;

/// <summary>Seconds that one call took, over many samples.</summary>
internal sealed record Timing(double Best, double Median)
{
    // Long enough for the clock, short enough that many samples fall between the interruptions of a busy machine.
    private const double SampleSeconds = 0.001;

    /// <summary>
    /// Times rivals in turn, a sample of each in every round, so that whatever else the machine does meets all of them.
    /// </summary>
    public static Timing[] Alternate(double seconds, params ReadOnlySpan<Action> rivals)
    {
        int[] calls = new int[rivals.Length];
        List<double>[] samples = new List<double>[rivals.Length];
        for (int i = 0; i < rivals.Length; i++)
        {
            rivals[i]();
            calls[i] = (int)Math.Clamp(SampleSeconds / Measure(rivals[i], 1), 1, 100_000);
            samples[i] = [];
        }

        long start = Stopwatch.GetTimestamp();
        while (samples[0].Count < 5 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            for (int i = 0; i < rivals.Length; i++)
                samples[i].Add(Measure(rivals[i], calls[i]));
        }

        return [.. samples.Select(list => new Timing(list.Min(), list.Order().ElementAt(list.Count / 2)))];
    }

    private static double Measure(Action action, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
            action();
        return Math.Max(Stopwatch.GetElapsedTime(start).TotalSeconds, 1e-7) / calls;
    }
}
