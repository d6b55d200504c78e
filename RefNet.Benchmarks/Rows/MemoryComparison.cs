using RefNet.Benchmarks.Peers;

namespace RefNet.Benchmarks.Rows;

/// <summary>The most memory that a process needs for its work, everything in it counted.</summary>
internal sealed class MemoryComparison : Comparison
{
    private static readonly Row[] rows =
    [
        new("training LeNet-5 (modern form), batch 64", "lenet 64", 2.5e-4),
        // Logits are about 1; sixteen layers of float, and Winograd's convolution, leave three digits for certain.
        new("VGG-16, forward, batch 8", "vgg16 8", 1e-3),
    ];

    private static readonly Rival[] peers = [Rivals.PyTorchAsInstalled, Rivals.PyTorchTuned, Rivals.PyTorchChannelsLast];

    public override string Name => "memory";

    public override string Title => "Peak memory";

    public override IEnumerable<Goal> Run(CompareOptions options, double peak, Report report)
    {
        IReadOnlyList<Rival> rivals = [Rivals.RefNet, .. Rivals.Present(peers)];
        report.WriteLine($"## {Title}\n");
        report.WriteLine("The largest resident set of a process (VmHWM) in MB; the ratio is that of the most frugal peer over RefNet.\n");
        report.Head(["", .. rivals.Select(rival => rival.Name), "ratio"]);
        List<Goal> goals = [];
        foreach (Row row in rows.Where(row => row.Label.Contains(options.Only, StringComparison.OrdinalIgnoreCase)))
        {
            float[]?[] results = new float[rivals.Count][];
            double[] bytes = new double[rivals.Count];
            for (int r = 0; r < rivals.Count; r++)
            {
                using Seat seat = new(rivals[r], options.Threads);
                results[r] = seat.Prepare(row.Work);
                seat.Time(seconds: 1);
                bytes[r] = seat.PeakMemory();
            }

            row.Validate(rivals, results);
            double ratio = rivals.Count > 1 ? bytes[1..].Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min() / bytes[0] : double.NaN;
            report.Row([row.Label, .. bytes.Select(b => double.IsNaN(b) ? Format.Died : Format.Whole(b / 1e6)), rivals.Count > 1 ? Format.Ratio(ratio) : ""]);
            if (rivals.Count > 1)
                goals.Add(new Goal($"memory, {row.Label}", 1, 2, ratio));
        }

        report.WriteLine("");
        return goals;
    }
}
