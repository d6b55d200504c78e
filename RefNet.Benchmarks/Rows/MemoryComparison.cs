using RefNet.Benchmarks.Peers;

namespace RefNet.Benchmarks.Rows;

/// <summary>The peak memory of a process for its work, including everything.</summary>
internal sealed class MemoryComparison : Comparison
{
    private static readonly Row[] rows =
    [
        StepComparison.OfNetwork("lenet5-modern", 64) with { Label = "training LeNet-5 (modern form), batch 64", IsQuick = true },
        StepComparison.OfNetwork("resnet18", 8) with { Label = "training resnet18, batch 8" },
        // With 4 images the losses grow by 40 % in four steps: through momentum's sums, 6e-3 of the gradients (see Tolerances.OfLosses) become 2e-2 of the losses.
        StepComparison.OfNetwork("resnet50", 4) with { Label = "training resnet50, batch 4", Tolerance = 5e-2 },
        EvaluationComparison.OfNetwork("vgg16", 8) with { Label = "VGG-16, forward, batch 8" },
    ];

    public override string Name => "memory";

    public override string Title => "Peak memory";

    public override IEnumerable<Goal> Run(CompareOptions options, double peak, Report report)
    {
        IReadOnlyList<Rival> rivals = [Rivals.RefNet, .. Rivals.Frameworks];
        Row[] chosen = [.. rows.Where(options.Chooses)];
        if (chosen.Length == 0)
            return [];
        WriteHead(options, rows, "The largest resident set of a process (VmHWM) in MB; the ratio is that of the most frugal peer over RefNet.", report);
        report.Head(["", .. rivals.Select(rival => rival.Name), "ratio"]);
        List<Goal> goals = [];
        foreach (Row row in chosen)
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

            foreach (int wrong in row.FindWrong(rivals, results))
                bytes[wrong] = double.NaN;
            double ratio = rivals.Count > 1 ? bytes[1..].Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min() / bytes[0] : double.NaN;
            report.Row([row.Label, .. bytes.Select(b => double.IsNaN(b) ? Format.Failed : Format.Whole(b / 1e6)), rivals.Count > 1 ? Format.Ratio(ratio) : ""]);
            if (rivals.Count > 1)
                goals.Add(new Goal($"memory, {row.Label}", 1, 2, ratio));
        }

        report.WriteLine("");
        return goals;
    }
}
