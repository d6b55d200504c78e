using System.Diagnostics;

namespace RefNet.Benchmarks;

/// <summary>How long a value takes from one core to another: two threads hand a counter to and fro.</summary>
/// <remarks>
/// 20 to 50 ns where the two share a cache, 100 to 200 where they do not. A virtual machine may move from one to the other within
/// seconds, and whatever threads exchange takes several times as long then.
/// </remarks>
internal static class Handover
{
    private const int Handovers = 1_000;
    private const int CacheLine = 64 / sizeof(int);

    /// <summary>Nanoseconds for one handover, the least of a few short runs; 0 where there is only one core.</summary>
    public static double Measure() => Environment.ProcessorCount == 1 ? 0 : Enumerable.Range(0, 3).Min(_ => Run());

    private static double Run()
    {
        int[] line = new int[3 * CacheLine]; // the counter shares its cache line with nothing else
        Thread other = new(() => TakeTurns(line, 1)) { IsBackground = true };
        other.Start();
        TakeTurns(line, 0, Handovers / 4); // until both threads run
        long start = Stopwatch.GetTimestamp();
        TakeTurns(line, Handovers / 4);
        double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        other.Join();
        return nanoseconds / (Handovers - Handovers / 4);
    }

    // Makes an even counter odd, or an odd one even, as soon as the other thread has handed it over.
    private static void TakeTurns(int[] line, int first, int end = Handovers)
    {
        for (int turn = first; turn < end; turn += 2)
        {
            while (Volatile.Read(ref line[CacheLine]) != turn)
                Thread.SpinWait(1);
            Volatile.Write(ref line[CacheLine], turn + 1);
        }
    }
}
