using RefNet.Verification;
using RefNet.Verification.Cases;

namespace RefNet.Console;

/// <summary>The result of gradcheck for one layer, loss or model: a row of its table.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Results">Its cases, up to the first that failed.</param>
/// <param name="Simplest">The simplest failing case; null where all passed.</param>
/// <param name="Elapsed">The time it took.</param>
internal sealed record GradcheckRow(string Name, IReadOnlyList<CaseResult> Results, CaseResult? Simplest, TimeSpan Elapsed)
{
    public static string Header { get; } = Line("", "cases", "entries", "kinks", "near", "error", "time", "");

    /// <summary>Whether every case passed, and at least one compared a value other than zero.</summary>
    public bool Passed => Simplest is null && !Results.All(result => result.ProvesNothing);

    public int Entries => Tensors.Sum(tensor => tensor.EntriesChecked);

    public int Kinks => Tensors.Sum(tensor => tensor.Kinks.Count);

    public int NearKinks => Tensors.Sum(tensor => tensor.ShorterSteps.Count);

    /// <summary>The largest error of all entries; NaN where none was compared.</summary>
    public double WorstError => Tensors.Select(tensor => tensor.Worst?.Error ?? double.NaN).DefaultIfEmpty(double.NaN).Max();

    private IEnumerable<TensorReport> Tensors => Results.SelectMany(result => result.Report?.Tensors ?? []);

    /// <summary>The total row.</summary>
    public static string Total(IReadOnlyList<GradcheckRow> rows) => Line("total",
        Format.Count(rows.Sum(row => row.Results.Count)), Format.Count(rows.Sum(row => row.Entries)), Format.Count(rows.Sum(row => row.Kinks)),
        Format.Count(rows.Sum(row => row.NearKinks)), Format.Error(rows.Max(row => row.WorstError)),
        Format.Time(TimeSpan.FromTicks(rows.Sum(row => row.Elapsed.Ticks))), rows.All(row => row.Passed) ? "ok" : "WRONG");

    /// <summary>A row for a model whose cases are those of another row.</summary>
    public static string Same(string name, string other) => $"{name,-28} the same network as {other} when narrow";

    /// <summary>The row.</summary>
    public override string ToString() => Line(Name,
        Format.Count(Results.Count), Format.Count(Entries), Format.Count(Kinks), Format.Count(NearKinks),
        Format.Error(WorstError), Format.Time(Elapsed), Passed ? "ok" : "WRONG");

    private static string Line(string name, string cases, string entries, string kinks, string nearKinks, string error, string time, string verdict) =>
        $"{name,-28} {cases,6} {entries,9} {kinks,6} {nearKinks,4} {error,7} {time,7} {verdict}".TrimEnd();
}
