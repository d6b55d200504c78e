using System.Globalization;
using RefNet.Training;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>Shows what a network gave on a test set.</summary>
internal static class Results
{
    /// <summary>Writes the error, and the confusion matrix with recall beside it and precision below.</summary>
    public static void Write(Terminal terminal, Evaluation evaluation, IReadOnlyList<string> classNames)
    {
        ConfusionMatrix confusion = evaluation.Confusion;
        terminal.WriteLine($"Test error: {Format.Percent(confusion.ErrorRate)} ({Format.Count(confusion.Errors)} of {Format.Count(confusion.Samples)} images)");
        terminal.WriteLine();
        terminal.WriteLine("What was shown (rows) and what it was taken for (columns):");

        int[] classes = [.. Enumerable.Range(0, confusion.Classes)];
        Table table = Terminal.Table(["", .. classes.Select(c => $"{c}"), "recall"]);
        foreach (int actual in classes)
        {
            Terminal.AddRow(table, [Format.Class(actual, classNames[actual]), .. classes.Select(decided => $"{confusion[actual, decided]}"), Share(confusion.Recall(actual))]);
        }

        Terminal.AddRow(table, ["precision", .. classes.Select(decided => Share(confusion.Precision(decided)))]);
        terminal.Output.Write(table);
    }

    // Four letters at most, as the counts, so that the table fits into 80 columns.
    private static string Share(double share) =>
        double.IsNaN(share) ? "-" : share == 1 ? "1.00" : share.ToString(".000", CultureInfo.InvariantCulture);
}
