using RefNet.Benchmarks.Peers;

namespace RefNet.Benchmarks.Rows;

/// <summary>Functions of each element.</summary>
internal sealed class FunctionComparison : TimedComparison
{
    public override string Name => "functions";

    public override string Title => "Functions of 1,000,000 numbers";

    protected override IReadOnlyList<Rival> Peers => [.. Rivals.WithUsualLayout(Rivals.Frameworks)];

    protected override IReadOnlyList<Row> Rows { get; } =
        [.. new[] { "tanh", "exp", "sigmoid" }.Select(function => new Row(function, $"{function} 1000000", Tolerances.OfElements, IsQuick: true))];

    protected override IEnumerable<Goal> Goals(IReadOnlyList<(Row Row, double Ratio)> ratios) =>
        ratios.Select(r => r.Row.Label == "tanh" ? new Goal("tanh, 1M", 3, 8, r.Ratio) : new Goal($"{r.Row.Label}, 1M", 0.9, 1.2, r.Ratio));
}
