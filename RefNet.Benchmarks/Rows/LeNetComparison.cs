using RefNet.Benchmarks.Peers;

namespace RefNet.Benchmarks.Rows;

/// <summary>Training LeNet-5, modern form: forward, loss, backward, momentum step.</summary>
internal sealed class LeNetComparison : TimedComparison
{
    public override string Name => "lenet";

    public override string Title => "Training steps of LeNet-5 (modern form)";

    protected override IReadOnlyList<Rival> Peers => Rivals.Frameworks;

    protected override IReadOnlyList<Row> Rows { get; } =
        [.. new[] { 32, 64, 128, 256 }.Select(batch => StepComparison.OfNetwork("lenet5-modern", batch) with { Label = $"batch {batch}", IsQuick = batch == 64 })];

    protected override string Explain => "One call is a whole step; images a second stand in the last column.";

    protected override IEnumerable<Goal> Goals(IReadOnlyList<(Row Row, double Ratio)> ratios) =>
        ratios.Select(r => new Goal($"training step of LeNet-5, {r.Row.Label}", 3.5, 5, r.Ratio));
}
