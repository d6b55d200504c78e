using System.Globalization;
using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>One entry of a tensor: what Backward says and what the differences say.</summary>
public sealed record GradientEntry(int Index, double Analytic, double Numeric)
{
    /// <summary>|analytic - numeric| / max(1, |analytic|, |numeric|); NaN where either is.</summary>
    public double Error => Math.Abs(Analytic - Numeric) / Math.Max(1, Math.Max(Math.Abs(Analytic), Math.Abs(Numeric)));
}

/// <summary>What a gradient check found for the input or for one parameter.</summary>
/// <param name="Name">"input" or the name of the parameter.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="EntriesChecked">How many entries were compared.</param>
/// <param name="Worst">The entry with the largest error; null where every entry lies at a kink.</param>
/// <param name="Kinks">Entries where the function has no derivative; they are not compared.</param>
public sealed record TensorReport(string Name, Shape Shape, int EntriesChecked, GradientEntry? Worst, IReadOnlyList<int> Kinks)
{
    /// <summary>Whether every compared entry agrees.</summary>
    public bool Passed => Worst is null || Worst.Error <= GradientCheck.Tolerance;
}

/// <summary>What a gradient check found for a layer.</summary>
public sealed record GradientReport(string Layer, IReadOnlyList<TensorReport> Tensors)
{
    /// <summary>Whether every tensor agrees.</summary>
    public bool Passed => Tensors.All(tensor => tensor.Passed);

    /// <summary>A line a tensor: the name, what was compared, and the worst entry.</summary>
    public override string ToString() => string.Join(Environment.NewLine, Tensors.Select(Line));

    private string Line(TensorReport tensor)
    {
        string verdict = tensor.Passed ? "ok" : "WRONG";
        string worst = tensor.Worst is not { } entry ? "" : string.Create(CultureInfo.InvariantCulture,
            $", worst error {entry.Error:g3} at [{entry.Index}]: analytic {entry.Analytic:g9}, numeric {entry.Numeric:g9}");
        return $"{Layer}: d{tensor.Name} ({tensor.Shape}) {verdict}: {tensor.EntriesChecked} entries{worst}; {tensor.Kinks.Count} at kinks";
    }
}
