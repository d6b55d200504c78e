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
    private const string Plot = "rates.svg";

    /// <summary>Writes the files and the table.</summary>
    public static void Write(Terminal shown, RateRange range, RunOptions options, string folder)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, Table), stream => WriteTable(stream, range));
        AtomicFile.Write(Path.Combine(folder, Plot), stream => WritePlot(stream, range, options.Model));

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
        shown.WriteLine($"files: {folder} ({Table}, {Plot})");
    }

    private static void WriteTable(Stream stream, RateRange range)
    {
        using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("learning_rate,loss,smoothed_loss");
        foreach (RateRange.Step step in range.Steps)
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step.Rate:R},{step.Loss:R},{step.Smoothed:R}"));
    }

    private static void WritePlot(Stream stream, RateRange range, string model)
    {
        PlotModel plot = new() { Title = $"Learning-rate range test of {model}", Culture = CultureInfo.InvariantCulture, Background = OxyColors.White };
        plot.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Bottom, Title = "learning rate" });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "training loss" });
        plot.Series.Add(new LineSeries { Color = OxyColors.LightGray, ItemsSource = Points(range, step => step.Loss) });
        plot.Series.Add(new LineSeries { Color = OxyColors.SteelBlue, ItemsSource = Points(range, step => step.Smoothed) });
        new SvgExporter { Width = 800, Height = 500 }.Export(plot, stream);
    }

    private static DataPoint[] Points(RateRange range, Func<RateRange.Step, double> value) => [.. range.Steps.Select(step => new DataPoint(step.Rate, value(step)))];
}
