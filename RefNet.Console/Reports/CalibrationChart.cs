using System.Globalization;
using System.Text;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>A reliability diagram as SVG: the height of each bar is the accuracy in its bin; the dashed line marks perfect calibration.</summary>
internal static class CalibrationChart
{
    private const int Side = 220, Left = 52, Top = 8, Width = 380, Height = 270;

    /// <summary>Draws it.</summary>
    public static (string Svg, string Caption) Draw(Calibration calibration)
    {
        int[] filled = [.. Enumerable.Range(0, calibration.Bins).Where(bin => calibration.Count(bin) > 0)];
        string label = $"Reliability diagram. {string.Join(". ", filled.Select(bin => $"Where the network gives {Range(calibration, bin)}, {Format.Percent(calibration.Accuracy(bin))} of {Format.Count(calibration.Count(bin))} answers are right"))}.";
        StringBuilder svg = new($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{HtmlPage.Text(label)}\">\n");
        foreach (int percent in new[] { 0, 25, 50, 75, 100 })
        {
            string y = Y(percent / 100.0);
            svg.Append($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Left + Side}\" y1=\"{y}\" y2=\"{y}\" /><text x=\"{Left - 6}\" y=\"{y}\" dy=\"4\" text-anchor=\"end\">{percent} %</text>")
                .Append($"<text x=\"{X(percent / 100.0)}\" y=\"{Top + Side + 16}\" text-anchor=\"middle\">{percent} %</text>\n");
        }

        foreach (int bin in filled)
        {
            double accuracy = calibration.Accuracy(bin);
            svg.Append($"<rect class=\"bar\" x=\"{X((double)bin / calibration.Bins)}\" y=\"{Y(accuracy)}\" width=\"{Number((double)Side / calibration.Bins)}\" height=\"{Number(Side * accuracy)}\" />")
                .Append($"<circle class=\"dot c1\" cx=\"{X(calibration.Confidence(bin))}\" cy=\"{Y(accuracy)}\" r=\"3\" />\n");
        }

        svg.Append($"<line class=\"ideal\" x1=\"{X(0)}\" y1=\"{Y(0)}\" x2=\"{X(1)}\" y2=\"{Y(1)}\" />\n")
            .Append($"<text x=\"{Left + Side / 2}\" y=\"{Top + Side + 34}\" text-anchor=\"middle\">probability of the predicted class</text>\n</svg>\n");
        return ($"{svg}", "The share of right answers against the predicted probability: one bar per bin, with a point at its mean probability. On the dashed line both are equal; where bars end below it, the network is overconfident.");
    }

    /// <summary>The same data as rows of a table: bin, answers, mean probability, share of right answers.</summary>
    public static IEnumerable<string[]> Rows(Calibration calibration) =>
        from bin in Enumerable.Range(0, calibration.Bins)
        select new[] { Range(calibration, bin), Format.Count(calibration.Count(bin)), Format.Percent(calibration.Confidence(bin)), Format.Percent(calibration.Accuracy(bin)) };

    private static string Range(Calibration calibration, int bin) => $"{100 * bin / calibration.Bins} to {100 * (bin + 1) / calibration.Bins} %";

    private static string X(double share) => Number(Left + share * Side);

    private static string Y(double share) => Number(Top + (1 - share) * Side);

    private static string Number(double place) => place.ToString("0.#", CultureInfo.InvariantCulture);
}
