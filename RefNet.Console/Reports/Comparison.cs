using RefNet.Training;

namespace RefNet.Console;

/// <summary>Several runs side by side.</summary>
internal sealed class Comparison(IReadOnlyList<Comparison.Compared> runs)
{
    private readonly int[] differing = [.. Enumerable.Range(0, TrainingSettings.Names.Count).Where(i => runs.Select(run => TrainingSettings.Of(run.Run.Options)[i]).Distinct().Count() > 1)];

    /// <summary>A run.</summary>
    /// <param name="Path">Its folder, as the user names it.</param>
    /// <param name="Run">The run.</param>
    /// <param name="Test">Its results on the test set; null if the test set is missing.</param>
    public sealed record Compared(string Path, TrainedRun Run, ConfusionMatrix? Test);

    /// <summary>The headers of the table: the settings that differ, and the results.</summary>
    public IEnumerable<string> Headers => ["run", .. differing.Select(i => TrainingSettings.Names[i]), "best epoch", "validation loss", "validation error", "test error", "95 % interval", "time"];

    /// <summary>Advice on choosing a run.</summary>
    public string Note => runs.Select(run => (run.Run.Options.Validation, run.Run.Options.DataSha256)).Distinct().Count() > 1
        ? "The runs hold out different images: their validation results cannot be compared."
        : runs.All(run => run.Run.Best.ValidationError is null) ? "No images were held out, so there is nothing to choose by: choosing by the test error would bias it."
        : "Choose by the validation error: choosing by the test error would bias it.";

    /// <summary>The rows of the table.</summary>
    public IEnumerable<IReadOnlyList<string>> Rows() => runs.Select(run => (string[])
    [
        run.Path, .. differing.Select(i => TrainingSettings.Of(run.Run.Options)[i]),
        $"{run.Run.Best.Epoch} of {run.Run.History.Count}",
        run.Run.Best.ValidationLoss is { } loss ? Format.Loss(loss) : "-",
        run.Run.Best.ValidationError is { } error ? Format.Percent(error) : "-",
        run.Test is null ? "-" : Format.Percent(run.Test.ErrorRate),
        run.Test is null ? "-" : Format.Interval(run.Test),
        Format.Time(run.Run.Time),
    ]);

    /// <summary>The page.</summary>
    public string ToHtml()
    {
        HtmlPage page = new($"{runs.Count} runs side by side");
        page.Table(differing.Length == 0 ? "The results of each run; all settings are the same" : "The settings that differ, and the results of each run", Headers, Rows());
        page.Paragraph(Note);
        page.Heading(2, "Curves");
        page.Charts(
            EpochChart.Draw("Validation error", Curves(epoch => epoch.ValidationError), areShares: true),
            EpochChart.Draw("Validation loss", Curves(epoch => epoch.ValidationLoss)),
            EpochChart.Draw("Training loss", Curves(epoch => epoch.TrainingLoss)));
        string[] without = [.. runs.Where(run => run.Run.Best.ValidationLoss is null).Select(run => run.Path)];
        if (without.Length > 0)
            page.Note($"Without validation: {string.Join(", ", without)}.");
        page.Heading(2, "Commands");
        foreach (Compared run in runs)
        {
            page.Paragraph($"{run.Path}:");
            page.Code(TrainingSettings.Command(run.Run.Options));
        }

        return page.ToHtml();
    }

    private IEnumerable<EpochChart.Curve> Curves(Func<EpochRecord, double?> number) => runs.Select(run => EpochChart.Curve.Of(run.Path, run.Run.History, number));
}
