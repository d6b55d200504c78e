using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using RefNet.Interop;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>Shows a search: a table, best trial first, trials.csv, and search.svg with the validation error over the learning rate.</summary>
internal static class SearchReport
{
    private const int Rows = 10;
    private const string Table = "trials.csv";
    private const string Plot = "search.svg";

    /// <summary>Writes the files, the table and the command that trains the best.</summary>
    public static void Write(Terminal shown, IReadOnlyList<SearchTrial> trials, string folder)
    {
        AtomicFile.Write(Path.Combine(folder, Table), stream => WriteTable(stream, trials));
        AtomicFile.Write(Path.Combine(folder, Plot), stream => WritePlot(stream, trials));

        SearchTrial[] sorted = [.. trials.OrderBy(trial => trial.Loss).ThenBy(trial => trial.Number)];
        Table table = Terminal.Table("trial", "learning rate", "weight decay", "validation loss", "validation error", "epoch");
        foreach (SearchTrial trial in sorted.Take(Rows))
        {
            Terminal.AddRow(table, $"{trial.Number}", Format.Number(trial.Options.LearningRate), Format.Number(trial.Options.WeightDecay),
                trial.Best is null ? "diverged" : Format.Loss(trial.Loss), trial.Best is null ? "" : Format.Percent(trial.Best.ValidationError!.Value), $"{trial.Best?.Epoch}");
        }

        shown.WriteLine();
        shown.Write(table);
        if (sorted[0].Best is null)
            shown.WriteLine("Every trial diverged: search smaller rates.");
        else
            shown.WriteLine($"Best of {trials.Count}, by the held-out images alone: --learning-rate {Format.Number(sorted[0].Options.LearningRate)} --weight-decay {Format.Number(sorted[0].Options.WeightDecay)}. No test image was looked at.");
        shown.WriteLine($"files: {folder} (trial-1 to trial-{trials.Count}, {Table}, {Plot})");
    }

    private static void WriteTable(Stream stream, IReadOnlyList<SearchTrial> trials)
    {
        using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("trial,learning_rate,weight_decay,best_epoch,validation_loss,validation_error");
        foreach (SearchTrial trial in trials)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{trial.Number},{trial.Options.LearningRate:R},{trial.Options.WeightDecay:R},{trial.Best?.Epoch},{trial.Best?.ValidationLoss:R},{trial.Best?.ValidationError:R}"));
        }
    }

    private static void WritePlot(Stream stream, IReadOnlyList<SearchTrial> trials)
    {
        PlotModel plot = new() { Title = $"{trials[0].Options.Model}: validation error of {trials.Count} trials", Culture = CultureInfo.InvariantCulture, Background = OxyColors.White };
        plot.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Bottom, Title = "learning rate" });
        plot.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Left, Title = "validation error, %" });
        plot.Series.Add(new ScatterSeries
        {
            MarkerType = MarkerType.Circle,
            MarkerFill = OxyColors.SteelBlue,
            ItemsSource = trials.Where(trial => trial.Best?.ValidationError > 0).Select(trial => new ScatterPoint(trial.Options.LearningRate, 100 * trial.Best!.ValidationError!.Value)).ToArray(),
        });
        new SvgExporter { Width = 800, Height = 500 }.Export(plot, stream);
    }
}
