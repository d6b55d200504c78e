using System.Globalization;
using RefNet.Training;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>Shows the results on a test set.</summary>
internal static class Results
{
    /// <summary>Writes the error and the confusion matrix, with recall to its right and precision below.</summary>
    public static void Write(Terminal terminal, Evaluation evaluation, IReadOnlyList<string> classNames)
    {
        ConfusionMatrix confusion = evaluation.Confusion;
        terminal.WriteLine($"Test error: {Format.Percent(confusion.ErrorRate)} ({Format.Count(confusion.Errors)} of {Format.Count(confusion.Samples)} images)");
        if (!double.IsFinite(evaluation.Loss))
            terminal.WriteLine($"The loss is {Format.Number(evaluation.Loss)}: the network's outputs are not finite, so its predictions are meaningless.");
        terminal.WriteLine();
        terminal.WriteLine("True class (rows), predicted class (columns):");

        int[] classes = [.. Enumerable.Range(0, confusion.Classes)];
        Table table = Terminal.Table(["", .. classes.Select(c => $"{c}"), "recall"]);
        foreach (int actual in classes)
        {
            Terminal.AddRow(table, [Format.Class(actual, classNames[actual]), .. classes.Select(predicted => $"{confusion[actual, predicted]}"), Share(confusion.Recall(actual))]);
        }

        Terminal.AddRow(table, ["precision", .. classes.Select(predicted => Share(confusion.Precision(predicted)))]);
        terminal.Write(table);
    }

    // At most four characters, like most counts, so that the table fits into 80 columns.
    private static string Share(double share) =>
        double.IsNaN(share) ? "-" : share == 1 ? "1.00" : share.ToString(".000", CultureInfo.InvariantCulture);
}
