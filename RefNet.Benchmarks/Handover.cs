using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace RefNet.Benchmarks;

/// <summary>How long a cache line takes from one core to another: two threads hand a counter to and fro.</summary>
/// <remarks>
/// 20 to 50 ns where the two share a cache, 100 to 200 where they do not. A virtual machine may move from one to the other within
/// seconds, and whatever threads exchange takes several times as long then. With more than two cores it is the time of some two.
/// </remarks>
internal static class Handover
{
    private const int CacheLine = 64 / sizeof(int);

    // Both even: the first thread makes the counter odd, the other one even. The first handovers are not timed: the other thread starts.
    private const int Untimed = 200;
    private const int All = 1_000;

    private static readonly long patience = Stopwatch.Frequency / 100; // 10 milliseconds, where another process has the other core

    /// <summary>Nanoseconds for one handover, the least of a few short runs; NaN where two threads do not run at once.</summary>
    public static double Measure() => Environment.ProcessorCount == 1 ? double.NaN : Enumerable.Range(0, 3).Select(_ => Run()).Min();

    private static double Run()
    {
        int[] line = new int[3 * CacheLine]; // the counter shares its cache line with nothing else
        bool otherEnded = false;
        Thread other = new(() => otherEnded = TakeTurns(line, 1, All)) { IsBackground = true };
        other.Start();
        bool ended = TakeTurns(line, 0, Untimed);
        long start = Stopwatch.GetTimestamp();
        ended &= TakeTurns(line, Untimed, All);
        double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds / (All - Untimed);
        other.Join();
        return ended && otherEnded ? nanoseconds : double.NaN;
    }

    // Adds one to the counter in every second turn, as soon as the other thread has taken its own; false if that takes too long.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TakeTurns(int[] line, int first, int end)
    {
        long start = Stopwatch.GetTimestamp();
        for (int turn = first; turn < end; turn += 2)
        {
            for (int polls = 1; Volatile.Read(ref line[CacheLine]) != turn; polls++)
            {
                if (polls % 1_000 == 0 && Stopwatch.GetTimestamp() - start > patience)
                    return false;
            }

            Volatile.Write(ref line[CacheLine], turn + 1);
        }

        return true;
    }
}
