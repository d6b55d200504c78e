using RefNet.Benchmarks.Peers;

namespace RefNet.Benchmarks.Rows;

/// <summary>Training LeNet-5, modern form: forward, loss, backward, momentum step.</summary>
internal sealed class LeNetComparison : TimedComparison
{
    public override string Name => "lenet";

    public override string Title => "Training steps of LeNet-5 (modern form)";

    protected override IReadOnlyList<Rival> Peers => [Rivals.PyTorchAsInstalled, Rivals.PyTorchTuned, Rivals.PyTorchChannelsLast];

    // Ten losses, all near ln 10, that part by rounding alone, which the steps amplify a little.
    protected override IReadOnlyList<Row> Rows { get; } = [.. new[] { 32, 64, 128, 256 }.Select(batch => new Row($"batch {batch}", $"lenet {batch}", 2.5e-4, Items: batch))];

    protected override string Explain => "One call is a whole step; images a second stand in the last column.";

    protected override IEnumerable<Goal> Goals(IReadOnlyList<(Row Row, double Ratio)> ratios) =>
        ratios.Select(r => new Goal($"training step of LeNet-5, {r.Row.Label}", 2.5, 3.5, r.Ratio));
}
