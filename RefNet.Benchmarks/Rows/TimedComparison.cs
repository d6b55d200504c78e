using RefNet.Benchmarks.Peers;

namespace RefNet.Benchmarks.Rows;

/// <summary>Rows that rivals take turns with, in processes that last for one launch.</summary>
internal abstract class TimedComparison : Comparison
{
    // Between two turns: after finishing, the threads of a library spin for a while before they sleep.
    private const int PauseMilliseconds = 40;

    // A rival that takes this long has one turn per launch.
    private const double SlowSeconds = 0.5;

    protected abstract IReadOnlyList<Rival> Peers { get; }

    protected abstract IReadOnlyList<Row> Rows { get; }

    /// <summary>The goals, from the ratio of each row.</summary>
    protected abstract IEnumerable<Goal> Goals(IReadOnlyList<(Row Row, double Ratio)> ratios);

    /// <summary>Explains the cells that only this table has.</summary>
    protected virtual string Explain => "";

    public sealed override IEnumerable<Goal> Run(CompareOptions options, double peak, Report report)
    {
        IReadOnlyList<Rival> rivals = [Rivals.RefNet, .. Peers];
        Row[] rows = [.. Rows.Where(options.Chooses)];
        if (rows.Length == 0)
            return [];

        Samples[][] samples = [.. rows.Select(_ => rivals.Select(_ => new Samples()).ToArray())];
        List<double> handovers = [];
        for (int launch = 0; launch < options.Launches; launch++)
            Launch(options, rivals, rows, samples, handovers, $"{Name}, launch {launch + 1} of {options.Launches}");

        WriteHead(options, Rows, $"Microseconds a call. {Explain}", report);
        WriteTable(rivals, rows, samples, peak, report);
        handovers.Sort();
        if (handovers.Count > 0 && options.Threads > 1)
            report.WriteLine($"Before RefNet's turns a cache line took {handovers[0]:F0} to {handovers[^1]:F0} ns from one core to another, half the time {handovers[handovers.Count / 2]:F0} or less.\n");
        return rivals.Count == 1 ? [] : Goals([.. rows.Select((row, i) => (row, Ratio(samples[i], s => s.Best)))]);
    }

    private static void Launch(CompareOptions options, IReadOnlyList<Rival> rivals, Row[] rows, Samples[][] samples, List<double> handovers, string progress)
    {
        Seat[] seats = [.. rivals.Select(rival => new Seat(rival, options.Threads))];
        try
        {
            for (int i = 0; i < rows.Length; i++)
            {
                Show($"{progress}, row {i + 1} of {rows.Length}");
                foreach (int wrong in rows[i].FindWrong(rivals, [.. seats.Select(seat => seat.Prepare(rows[i].Work))]))
                    seats[wrong].LeaveOut();
                for (int round = 0; round < options.Rounds; round++)
                {
                    for (int r = 0; r < seats.Length; r++)
                    {
                        if (!seats[r].IsReady)
                            continue;
                        if (round > 0 && samples[i][r].Best > SlowSeconds)
                            continue;
                        Thread.Sleep(PauseMilliseconds);
                        double handover = Handover.Measure(); // before every turn: it wakes the cores
                        if (rivals[r] == Rivals.RefNet && !double.IsNaN(handover))
                            handovers.Add(handover);
                        samples[i][r].Add(seats[r].Time(options.TurnSeconds));
                    }
                }
            }
        }
        finally
        {
            foreach (Seat seat in seats)
                seat.Dispose();
            Show("");
        }
    }

    // One line that is overwritten; none without a terminal.
    private static void Show(string progress)
    {
        if (!Console.IsErrorRedirected)
            Console.Error.Write($"\r{progress,-70}\r{progress}");
    }

    private static void WriteTable(IReadOnlyList<Rival> rivals, Row[] rows, Samples[][] samples, double peak, Report report)
    {
        bool countsFlops = rows.Any(row => row.Flops > 0), countsItems = rows.Any(row => row.Items > 0);
        report.Head(["", .. rivals.Select(rival => rival.Name), "ratio", "of medians",
            .. countsFlops ? ["RefNet GFLOP/s", "of peak"] : Array.Empty<string>(), .. countsItems ? ["RefNet images/s"] : Array.Empty<string>()]);
        for (int i = 0; i < rows.Length; i++)
        {
            double speed = rows[i].Flops / samples[i][0].Best / 1e9;
            report.Row([
                rows[i].Label,
                .. samples[i].Select(s => !s.Any ? Format.Failed : $"{Format.Microseconds(s.Best)} ({Format.Microseconds(s.Median)})"),
                .. rivals.Count > 1 ? [Format.Ratio(Ratio(samples[i], s => s.Best)), Format.Ratio(Ratio(samples[i], s => s.Median))] : new[] { "", "" },
                .. countsFlops ? [Format.Whole(speed), Format.Percent(speed / peak)] : Array.Empty<string>(),
                .. countsItems ? [Format.Whole(rows[i].Items / samples[i][0].Best)] : Array.Empty<string>()]);
        }

        report.WriteLine("");
    }

    // The time of the fastest peer with a result over RefNet's.
    private static double Ratio(Samples[] samples, Func<Samples, double> time) =>
        samples[1..].Where(peer => peer.Any).Select(time).DefaultIfEmpty(double.NaN).Min() / time(samples[0]);
}
