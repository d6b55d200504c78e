using System.Diagnostics;

namespace RefNet.Console;

/// <summary>Limits drawing to ten times per second; the first time is due at once.</summary>
internal sealed class Pace
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private long last;

    public bool IsDue()
    {
        if (last != 0 && Stopwatch.GetElapsedTime(last) < Interval)
            return false;
        last = Stopwatch.GetTimestamp();
        return true;
    }
}
