using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using RefNet.Interop;

namespace RefNet.Console;

/// <summary>A plot over learning rates, as an SVG file.</summary>
internal static class Plot
{
    /// <summary>Draws it.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="title">The title.</param>
    /// <param name="vertical">The vertical axis.</param>
    /// <param name="series">Series of points with the learning rate as x.</param>
    public static void OverRates(string path, string title, Axis vertical, params ReadOnlySpan<Series> series)
    {
        PlotModel plot = new() { Title = title, Culture = CultureInfo.InvariantCulture, Background = OxyColors.White };
        plot.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Bottom, Title = "learning rate" });
        vertical.Position = AxisPosition.Left;
        plot.Axes.Add(vertical);
        foreach (Series one in series)
            plot.Series.Add(one);
        AtomicFile.Write(path, stream => new SvgExporter { Width = 800, Height = 500 }.Export(plot, stream));
    }
}
