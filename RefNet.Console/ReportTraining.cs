using RefNet.Training;

namespace RefNet.Console;

/// <summary>The part of a report about training: curves over epochs, and their numbers.</summary>
internal static class ReportTraining
{
    /// <summary>Adds it.</summary>
    public static void Add(HtmlPage page, TrainedRun run)
    {
        page.Heading(2, "Training");
        if (run.Best.ValidationLoss is null)
            page.Paragraph("No images were held out for validation.");
        else
            page.Note("Training numbers are means over an epoch, each image as the network was when it saw it, augmented where the run does that; validation is at the end of the epoch.");
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

        EpochChart.Curve Curve(string name, Func<EpochRecord, double?> number) => EpochChart.Curve.Of(name, run.History, number);
    }

    private static string Optional(double? number, Func<double, string> format) => number is { } value ? format(value) : "-";
}
