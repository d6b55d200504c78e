using RefNet.Benchmarks.Peers;

namespace RefNet.Benchmarks.Rows;

/// <summary>Batch normalisation, forward and backward.</summary>
internal sealed class BatchNormalizationComparison : TimedComparison
{
    public override string Name => "batchnorm";

    public override string Title => "Batch normalisation, forward and backward";

    protected override IReadOnlyList<Rival> Peers => Rivals.Frameworks;

    protected override IReadOnlyList<Row> Rows { get; } = [new("64 x 64 x 56 x 56", "batchnorm 64 64 56 56", Tolerances.OfSums, IsQuick: true)];

    protected override IEnumerable<Goal> Goals(IReadOnlyList<(Row Row, double Ratio)> ratios) =>
        ratios.Select(r => new Goal($"batch normalisation, {r.Row.Label}", 1.5, 1.9, r.Ratio));
}
