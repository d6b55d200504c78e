using RefNet.Training.Diagnosis;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>Writes a diagnosis in 80 columns: one row per layer, then the findings.</summary>
internal static class DoctorText
{
    private const int Columns = 80;
    private const int LongestPath = 28;
    private const int Indent = 7;

    /// <summary>Writes both.</summary>
    /// <param name="shown">Where to.</param>
    /// <param name="found">The diagnosis.</param>
    /// <param name="findings">What follows from it.</param>
    /// <param name="unused">The names of given options that had no effect.</param>
    public static void Write(Terminal shown, NetworkDiagnosis found, IReadOnlyList<DoctorFinding> findings, IReadOnlyList<string> unused)
    {
        if (unused.Count > 0)
            WriteWrapped($"no effect here: {string.Join(", ", unused)} (a step takes one batch, and the weights themselves are measured, not their average)");
        bool dies = found.Layers.Any(layer => layer.DeadBefore is not null), saturates = found.Layers.Any(layer => layer.SaturatedBefore is not null);
        Table table = Terminal.Table([.. Cells("layer", "gradient", "update", "dead", "after", "at limit", "after")]);
        foreach (LayerDiagnosis layer in found.Layers)
        {
            Terminal.AddRow(table, Cells(
                Shortened(layer.Path), Small(layer.Gradient), Small(layer.Update), Share(layer.DeadBefore), Share(layer.DeadAfter), Share(layer.SaturatedBefore), Share(layer.SaturatedAfter)));
        }

        shown.Write(table);
        string units = (dies, saturates) switch
        {
            (true, true) => "; dead ReLUs and saturated outputs, before training and after",
            (true, false) => "; dead ReLUs before training and after",
            (false, true) => "; saturated outputs before training and after",
            _ => "",
        };
        WriteWrapped($"gradient: its norm before training; update: mean of |Δθ| / |θ| over {found.Steps} steps{units}");
        shown.WriteLine();
        foreach (DoctorFinding finding in findings)
        {
            string verdict = finding.Verdict.ToString().ToLowerInvariant();
            foreach (string line in Wrapped($"{finding.Check}: {finding.Says}", verdict.PadRight(Indent)).Concat(Wrapped(finding.Means, new string(' ', Indent))))
                shown.WriteLine(line);
        }

        void WriteWrapped(string text)
        {
            foreach (string line in Wrapped(text, ""))
                shown.WriteLine(line);
        }

        IEnumerable<string> Cells(string path, string gradient, string update, string dead, string deadAfter, string limits, string limitsAfter) =>
            [path, gradient, update, .. dies ? [dead, deadAfter] : Array.Empty<string>(), .. saturates ? [limits, limitsAfter] : Array.Empty<string>()];
    }

    /// <summary>The lines of a text, at most 80 columns wide unless a single word is longer.</summary>
    internal static IEnumerable<string> Wrapped(string text, string lead)
    {
        string line = lead;
        bool isEmpty = true;
        foreach (string word in text.Split(' '))
        {
            if (!isEmpty && line.Length + 1 + word.Length > Columns)
            {
                yield return line;
                (line, isEmpty) = (new string(' ', lead.Length), true);
            }

            line += isEmpty ? word : $" {word}";
            isEmpty = false;
        }

        yield return line;
    }

    private static string Shortened(string path) => path.Length <= LongestPath ? path : $"…{path[^(LongestPath - 1)..]}";

    private static string Small(double? number) => number is null ? "" : double.IsFinite(number.Value) ? Format.Error(number.Value) : "-";

    private static string Share(double? share) => share is null ? "" : double.IsNaN(share.Value) ? "-" : $"{Math.Round(100 * share.Value)} %";
}
