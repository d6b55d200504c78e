using System.Diagnostics;

namespace RefNet.Console;

/// <summary>Says when it is time to draw again: at once, and then ten times a second at most.</summary>
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
