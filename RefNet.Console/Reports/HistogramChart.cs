using System.Globalization;
using System.Text;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>
/// The distribution of numbers over epochs as SVG: bands that contain all numbers, 90 % and half of them, and a line through the medians. Its label says the same in words.
/// </summary>
internal static class HistogramChart
{
    private const int Width = 380, Height = 130, Left = 64, Right = 12, Top = 8, Bottom = 30;

    private static readonly (double Low, double High)[] bands = [(0, 1), (0.05, 0.95), (0.25, 0.75)];

    /// <summary>Draws it.</summary>
    /// <param name="title">The title.</param>
    /// <param name="epochs">One histogram per epoch, from the first.</param>
    /// <returns>The SVG, and its caption as HTML.</returns>
    public static (string Svg, string Caption) Draw(string title, IReadOnlyList<Histogram> epochs)
    {
        ChartAxis down = ChartAxis.Linear([.. epochs.SelectMany(epoch => new double[] { epoch.Low, epoch.High })]), across = ChartAxis.OfEpochs(epochs.Count);
        StringBuilder svg = new($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{HtmlPage.Text(Describe(title, epochs))}\">\n");
        foreach (double tick in down.Ticks)
            svg.Append($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick)}\" y2=\"{Y(tick)}\" /><text x=\"{Left - 6}\" y=\"{Y(tick)}\" dy=\"4\" text-anchor=\"end\">{Format.Number(tick)}</text>\n");
        foreach (double tick in across.Ticks)
            svg.Append($"<text x=\"{X(tick)}\" y=\"{Height - Bottom + 14}\" text-anchor=\"middle\">{Format.Number(tick)}</text>\n");
        svg.Append($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 4}\" text-anchor=\"middle\">epoch</text>\n");
        // The band of a single epoch is as wide as its outline.
        string kind = epochs.Count == 1 ? "band single" : "band";
        foreach ((double low, double high) in bands)
            svg.Append($"<polygon class=\"{kind}\" points=\"{string.Join(" ", Line(low).Concat(Line(high).Reverse()))}\" />\n");
        svg.Append($"<polyline class=\"curve c0\" points=\"{string.Join(" ", Line(0.5))}\" />\n</svg>\n");
        return ($"{svg}", HtmlPage.Text(title));

        IEnumerable<string> Line(double share) => epochs.Select((epoch, i) => $"{X(i + 1)},{Y(epoch.Quantile(share))}");

        string X(double epoch) => Coordinate(Left + across.Place(epoch) * (Width - Left - Right));

        string Y(double number) => Coordinate(Height - Bottom - down.Place(number) * (Height - Top - Bottom));
    }

    private static string Describe(string title, IReadOnlyList<Histogram> epochs) => epochs.Count == 1
        ? $"{title}. {Epoch(epochs, 0)}."
        : $"{title}. {Epoch(epochs, 0)}. {Epoch(epochs, epochs.Count - 1)}.";

    private static string Epoch(IReadOnlyList<Histogram> epochs, int i) =>
        $"Epoch {i + 1}: from {Format.Number(epochs[i].Low)} to {Format.Number(epochs[i].High)}, half of them from {Format.Number(epochs[i].Quantile(0.25))} to {Format.Number(epochs[i].Quantile(0.75))}";

    private static string Coordinate(double place) => place.ToString("0.#", CultureInfo.InvariantCulture);
}
