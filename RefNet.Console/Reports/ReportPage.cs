using RefNet.Data;

namespace RefNet.Console;

/// <summary>The page of refnet report, section by section.</summary>
internal static class ReportPage
{
    /// <summary>Creates the page as HTML.</summary>
    /// <param name="run">The run.</param>
    /// <param name="images">Its test images; null if they are missing.</param>
    /// <param name="answers">Its answers for them.</param>
    /// <param name="missing">Why they are missing.</param>
    public static string ToHtml(TrainedRun run, ImageSet? images, TestAnswers? answers, string? missing)
    {
        HtmlPage page = new($"{run.Options.Model} on {Path.GetFileName(Path.TrimEndingDirectorySeparator(run.Options.Data))}");
        AddSummary(page, run, answers);
        ReportTraining.Add(page, run);
        page.Heading(2, "On the test images");
        if (images is null || answers is null)
        {
            page.Paragraph("The test images are missing, so the sections that need them are left out.", missing);
        }
        else
        {
            ReportTest.Add(page, run, answers);
            ReportMistakes.Add(page, run, images, answers);
        }

        ReportNetwork.Add(page, run, images);
        return page.ToHtml();
    }

    private static void AddSummary(HtmlPage page, TrainedRun run, TestAnswers? answers)
    {
        (string, string, string)[] test = answers?.Evaluation.Confusion is { } confusion
            ? [("Test error", Format.Percent(confusion.ErrorRate), $"{Format.Count(confusion.Errors)} of {Format.Count(confusion.Samples)}; 95 % interval {Format.Interval(confusion)}")]
            : [];
        (string, string, string)[] validation = run.Best is { ValidationError: { } error, ValidationLoss: { } loss }
            ? [("Validation error", Format.Percent(error), $"loss {Format.Loss(loss)}")]
            : [];
        long parameters = run.Network.Parameters.Sum(parameter => (long)parameter.Count);
        page.Facts([.. test, .. validation, ("Weights", $"epoch {run.Best.Epoch}", BestReason(run)), ("Parameters", Format.Count(parameters), ""), ("Time", Format.Time(run.Time), Format.Count(run.History.Count, "epoch"))]);
        page.Paragraph($"{run.Architecture.Description}.", $"{run.Architecture.Paper}.");
        page.Code(TrainingSettings.Command(run.Options));
        page.Details("All settings", () => page.Table("The settings of the run; options not in the command are the model's defaults", ["setting", "value"],
            [.. TrainingSettings.Names.Zip(TrainingSettings.Of(run.Options), (name, value) => new[] { name, value }), ["SHA-256 of the data", run.Options.DataSha256 ?? "none"]]));
        if (run.History.Count == run.Options.Epochs)
            return;
        if (run.StoppedEarly)
            page.Paragraph($"Stopped early, after {run.History.Count} of {run.Options.Epochs} epochs: the last {run.Options.Patience} did not reduce the smallest validation loss.");
        else
            page.Paragraph($"Not finished: {run.History.Count} of {run.Options.Epochs} epochs are done. This page describes the weights so far.");
    }

    private static string BestReason(TrainedRun run) => run.Best.ValidationLoss is null ? "the last one: no images were held out" : "the smallest validation loss";
}
