using RefNet.Training;

namespace RefNet.Console;

/// <summary>The section of a report on training: curves over epochs, and their numbers.</summary>
internal static class ReportTraining
{
    private const int MostParameters = 12;

    /// <summary>Adds the section.</summary>
    public static void Add(HtmlPage page, TrainedRun run)
    {
        page.Heading(2, "Training");
        if (run.Best.ValidationLoss is null)
            page.Paragraph("No images were held out for validation.");
        else
            page.Note("Training results are means over an epoch, while the weights change, and on augmented images where the run augments; validation is at the end of the epoch.");
        page.Charts(
            EpochChart.Draw("Loss", [Curve("training", epoch => epoch.TrainingLoss), Curve("validation", epoch => epoch.ValidationLoss)]),
            EpochChart.Draw("Error", [Curve("training", epoch => epoch.TrainingError), Curve("validation", epoch => epoch.ValidationError)], areShares: true),
            EpochChart.Draw("Learning rate at the first step of the epoch", [Curve("", epoch => epoch.LearningRate)]),
            EpochChart.Draw("Seconds per epoch", [Curve("", epoch => epoch.Seconds)]));
        page.Details("All epochs as a table", () => page.Table("The results of each epoch",
            ["epoch", "training loss", "training error", "validation loss", "validation error", "learning rate", "seconds"],
            run.History.Select(epoch => new[]
            {
                $"{epoch.Epoch}{(epoch == run.Best ? ", best" : "")}", Format.Loss(epoch.TrainingLoss), Format.Percent(epoch.TrainingError), Optional(epoch.ValidationLoss, Format.Loss),
                Optional(epoch.ValidationError, Format.Percent), Format.Number(epoch.LearningRate), Format.Number(epoch.Seconds),
            })));
        if (run.Options.KeepHistograms)
            AddHistograms(page, run);

        EpochChart.Curve Curve(string name, Func<EpochRecord, double?> number) => EpochChart.Curve.Of(name, run.History, number);
    }

    // The other parameters are collapsed.
    private static void AddHistograms(HtmlPage page, TrainedRun run)
    {
        page.Heading(3, "Weights by epoch");
        page.Paragraph("For each parameter, its values at the end of each epoch, and their change in the epoch. The bands contain all values, 90 % and half of them; the line connects the medians.",
            $"Read off histograms of {Histogram.Bins} bins{(run.Options.Average > 0 ? "; of the network that learns, not of the average of its weights" : "")}.");
        IGrouping<string, ParameterHistograms>[] parameters = [.. run.Folder.ReadHistograms(run.Network).GroupBy(row => row.Parameter)];
        AddRows(parameters.Take(MostParameters));
        if (parameters.Length > MostParameters)
            page.Details($"The other {parameters.Length - MostParameters} parameters", () => AddRows(parameters.Skip(MostParameters)));

        void AddRows(IEnumerable<IGrouping<string, ParameterHistograms>> some)
        {
            foreach (IGrouping<string, ParameterHistograms> parameter in some)
            {
                page.Charts(
                    HistogramChart.Draw(parameter.Key, [.. parameter.Select(row => row.Weights)]),
                    HistogramChart.Draw($"{parameter.Key}, change in the epoch", [.. parameter.Select(row => row.Changes)]));
            }
        }
    }

    private static string Optional(double? number, Func<double, string> format) => number is { } value ? format(value) : "-";
}
