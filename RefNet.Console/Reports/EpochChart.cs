using System.Globalization;
using System.Text;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>
/// Curves over epochs as SVG. The page defines the colours, including those of its dark mode; curves also differ in their dashes. The
/// chart's label describes the curves in words.
/// </summary>
internal static class EpochChart
{
    private const int Width = 380, Height = 240, Left = 52, Right = 12, Top = 8, Bottom = 30;
    private const int Colours = 6, Dashes = 4, MostDots = 40;

    /// <summary>A curve.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Points">Epochs, in order, and the number for each.</param>
    public sealed record Curve(string Name, IReadOnlyList<(int Epoch, double Number)> Points)
    {
        /// <summary>The curve of one number per epoch; epochs without it are left out.</summary>
        public static Curve Of(string name, IEnumerable<EpochRecord> history, Func<EpochRecord, double?> number) =>
            new(name, [.. from epoch in history let value = number(epoch) where value is not null select (epoch.Epoch, value.Value)]);
    }

    /// <summary>Draws curves.</summary>
    /// <param name="title">The title.</param>
    /// <param name="curves">The curves; those without points are left out.</param>
    /// <param name="areShares">Whether the numbers are fractions, shown as percentages.</param>
    /// <returns>The SVG, and its caption with the legend as HTML.</returns>
    public static (string Svg, string Caption) Draw(string title, IEnumerable<Curve> curves, bool areShares = false)
    {
        Func<double, string> format = areShares ? Format.Percent : Format.Number;
        // A curve without points keeps its position, so that a run has the same colour in every chart.
        (int Place, Curve Curve)[] placed = [.. curves.Index().Where(curve => curve.Item.Points.Count > 0)];
        Curve[] drawn = [.. placed.Select(curve => curve.Curve)];
        ChartAxis down = ChartAxis.Of([.. drawn.SelectMany(curve => curve.Points.Select(point => point.Number))]);
        int epochs = drawn.Length == 0 ? 1 : drawn.Max(curve => curve.Points[^1].Epoch);
        ChartAxis across = ChartAxis.OfEpochs(epochs);

        StringBuilder svg = new();
        string label = $"{title}. {string.Join(". ", drawn.Select(curve => Describe(curve, format)))}.";
        svg.Append($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{HtmlPage.Text(label)}\">\n");
        foreach (double tick in down.Ticks)
        {
            string y = Y(down, tick);
            svg.Append($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y}\" y2=\"{y}\" /><text x=\"{Left - 6}\" y=\"{y}\" dy=\"4\" text-anchor=\"end\">{(areShares ? $"{Format.Number(100 * tick)} %" : Format.Number(tick))}</text>\n");
        }

        foreach (double tick in across.Ticks)
            svg.Append($"<text x=\"{X(across, tick)}\" y=\"{Height - Bottom + 14}\" text-anchor=\"middle\">{Format.Number(tick)}</text>\n");
        svg.Append($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 4}\" text-anchor=\"middle\">epoch</text>\n");
        foreach ((int n, Curve curve) in placed)
        {
            (string X, string Y)[] places = [.. curve.Points.Select(point => (X(across, point.Epoch), Y(down, point.Number)))];
            svg.Append($"<polyline class=\"curve {Look(n)}\" points=\"{string.Join(" ", places.Select(place => $"{place.X},{place.Y}"))}\" />\n");
            if (places.Length <= MostDots)
                svg.AppendJoin("", places.Select(place => $"<circle class=\"dot c{n % Colours}\" cx=\"{place.X}\" cy=\"{place.Y}\" r=\"2.5\" />")).Append('\n');
        }

        svg.Append("</svg>\n");
        string key = string.Join(", ", placed.Select(curve => $"<svg class=\"key\" viewBox=\"0 0 28 12\" aria-hidden=\"true\"><path class=\"curve {Look(curve.Place)}\" d=\"M0 6H28\" /></svg> {HtmlPage.Text(curve.Curve.Name)}"));
        return ($"{svg}", $"{HtmlPage.Text(title)}{(down.IsLogarithmic ? ", logarithmic" : "")}{(drawn.Length > 1 || drawn.Any(curve => curve.Name.Length > 0) ? $": {key}" : "")}");
    }

    private static string Describe(Curve curve, Func<double, string> format)
    {
        (int Epoch, double Number) least = curve.Points.MinBy(point => point.Number);
        string name = curve.Name.Length == 0 ? "" : $"{curve.Name}: ";
        return curve.Points.Count == 1
            ? $"{name}{format(curve.Points[0].Number)} in epoch {curve.Points[0].Epoch}"
            : $"{name}{format(curve.Points[0].Number)} in epoch {curve.Points[0].Epoch}, {format(curve.Points[^1].Number)} in epoch {curve.Points[^1].Epoch}, minimum {format(least.Number)} in epoch {least.Epoch}";
    }

    private static string Look(int n) => $"c{n % Colours} d{n % Dashes}";

    private static string X(ChartAxis axis, double number) => Coordinate(Left + axis.Place(number) * (Width - Left - Right));

    private static string Y(ChartAxis axis, double number) => Coordinate(Height - Bottom - axis.Place(number) * (Height - Top - Bottom));

    private static string Coordinate(double place) => place.ToString("0.#", CultureInfo.InvariantCulture);
}
