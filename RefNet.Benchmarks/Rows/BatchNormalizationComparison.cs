using RefNet.Benchmarks.Peers;

namespace RefNet.Benchmarks.Rows;

/// <summary>Batch normalisation, forward and backward.</summary>
internal sealed class BatchNormalizationComparison : TimedComparison
{
    public override string Name => "batchnorm";

    public override string Title => "Batch normalisation, forward and backward";

    protected override IReadOnlyList<Rival> Peers => [Rivals.PyTorchAsInstalled, Rivals.PyTorchTuned, Rivals.PyTorchChannelsLast];

    // x̂ is below 2, and dx = (γ/σ)(...) about 3.5 times numbers below 1: rounding in sums of 200,000 stays below 1e-4.
    protected override IReadOnlyList<Row> Rows { get; } = [new("64 x 64 x 56 x 56", "batchnorm 64 64 56 56", 1e-4)];

    protected override IEnumerable<Goal> Goals(IReadOnlyList<(Row Row, double Ratio)> ratios) =>
        ratios.Select(r => new Goal($"batch normalisation, {r.Row.Label}", 1.7, 1.9, r.Ratio));
}
