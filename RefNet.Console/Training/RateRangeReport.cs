using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using RefNet.Interop;
using RefNet.Training;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>Shows a learning-rate range test: a table, rates.csv with every step, and rates.svg with the curves.</summary>
internal static class RateRangeReport
{
    private const int Rows = 20;
    private const string Table = "rates.csv";
    private const string Picture = "rates.svg";

    /// <summary>Writes the files and the table.</summary>
    public static void Write(Terminal shown, RateRange range, RunOptions options, string folder)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.WriteLines(Path.Combine(folder, Table), TableOf(range));
        Plot.OverRates(Path.Combine(folder, Picture), $"Learning-rate range test of {options.Model}", new LinearAxis { Title = "training loss" },
            new LineSeries { Color = OxyColors.LightGray, ItemsSource = Points(range, step => step.Loss) },
            new LineSeries { Color = OxyColors.SteelBlue, ItemsSource = Points(range, step => step.Smoothed) });

        Table table = Terminal.Table(["learning rate", "loss of the batch", "smoothed"]);
        int every = Math.Max(1, (range.Steps.Count + Rows - 1) / Rows);
        for (int step = every - 1; step < range.Steps.Count; step += every)
            Terminal.AddRow(table, [Format.Number(range.Steps[step].Rate), Format.Loss(range.Steps[step].Loss), Format.Loss(range.Steps[step].Smoothed)]);
        shown.Write(table);
        shown.WriteLine(range.HasDiverged
            ? $"The loss diverged after {range.Steps.Count} steps."
            : $"The loss did not diverge in {range.Steps.Count} steps.");
        shown.WriteLine(range.Suggestion is { } rate
            ? $"Suggested: --learning-rate {Format.Number(rate)}, a tenth of the rate at which the smoothed loss was smallest"
            : "No rate is suggested: the smoothed loss was smallest at the first step.");
        shown.WriteLine($"files: {folder} ({Table}, {Picture})");
    }

    private static IEnumerable<string> TableOf(RateRange range) => range.Steps
        .Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.Rate:R},{step.Loss:R},{step.Smoothed:R}"))
        .Prepend("learning_rate,loss,smoothed_loss");

    private static DataPoint[] Points(RateRange range, Func<RateRange.Step, double> value) => [.. range.Steps.Select(step => new DataPoint(step.Rate, value(step)))];
}
