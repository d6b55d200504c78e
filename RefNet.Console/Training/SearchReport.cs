using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using RefNet.Interop;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>Shows a search: a table with the best trial first, trials.csv, and search.svg with the validation error against the learning rate.</summary>
internal static class SearchReport
{
    private const int Rows = 10;
    private const string Table = "trials.csv";
    private const string Picture = "search.svg";

    /// <summary>Writes the files, the table and the options of the best trial.</summary>
    public static void Write(Terminal shown, IReadOnlyList<SearchTrial> trials, string folder)
    {
        AtomicFile.WriteLines(Path.Combine(folder, Table), TableOf(trials));
        Plot.OverRates(Path.Combine(folder, Picture), $"{trials[0].Options.Model}: validation error of {trials.Count} trials",
            new LogarithmicAxis { Title = "validation error, %" }, new ScatterSeries { MarkerType = MarkerType.Circle, MarkerFill = OxyColors.SteelBlue, ItemsSource = Points(trials) });

        SearchTrial[] sorted = [.. trials.OrderBy(trial => trial.Loss).ThenBy(trial => trial.Number)];
        Table table = Terminal.Table("trial", "learning rate", "weight decay", "validation loss", "validation error", "epoch");
        foreach (SearchTrial trial in sorted.Take(Rows))
        {
            Terminal.AddRow(table, $"{trial.Number}", Format.Number(trial.Options.LearningRate), Format.Number(trial.Options.WeightDecay),
                trial.Diverged ? "" : Format.Loss(trial.Loss), trial.ErrorText, trial.Epochs);
        }

        shown.WriteLine();
        shown.Write(table);
        if (sorted[0].Diverged)
            shown.WriteLine("Every trial diverged: search smaller rates.");
        else
            shown.WriteLine($"Best of {trials.Count}, by the held-out images only: --learning-rate {Format.Number(sorted[0].Options.LearningRate)} --weight-decay {Format.Number(sorted[0].Options.WeightDecay)}. No test image was used.");
        shown.WriteLine($"files: {folder} (trial-1 to trial-{trials.Count}, {Table}, {Picture})");
    }

    private static IEnumerable<string> TableOf(IReadOnlyList<SearchTrial> trials) => trials
        .Select(trial => string.Create(CultureInfo.InvariantCulture, $"{trial.Number},{trial.Options.LearningRate:R},{trial.Options.WeightDecay:R},{trial.Epochs},")
            + (trial.Diverged ? ",," : string.Create(CultureInfo.InvariantCulture, $"{trial.Loss:R},{trial.Error:R},{trial.Deviation:R}")))
        .Prepend("trial,learning_rate,weight_decay,best_epoch,validation_loss,validation_error,error_deviation");

    private static ScatterPoint[] Points(IEnumerable<SearchTrial> trials) =>
        [.. trials.Where(trial => !trial.Diverged && trial.Error > 0).Select(trial => new ScatterPoint(trial.Options.LearningRate, 100 * trial.Error))];
}
