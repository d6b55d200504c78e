using RefNet.Benchmarks.Peers;
using RefNet.Models;

namespace RefNet.Benchmarks.Rows;

/// <summary>Training deep networks: forward, loss, backward, momentum step.</summary>
internal sealed class StepComparison : TimedComparison
{
    public override string Name => "steps";

    public override string Title => "Training steps of residual networks";

    protected override IReadOnlyList<Rival> Peers => Rivals.Frameworks;

    protected override IReadOnlyList<Row> Rows { get; } =
    [
        OfNetwork("resnet20-cifar", 32) with { IsQuick = true },
        OfNetwork("resnet20-cifar", 128),
        OfNetwork("resnet18", 8),
    ];

    protected override string Explain => "One call is a whole step, with momentum 0.9; images a second stand in the last column. The losses of four steps are compared.";

    /// <summary>The row of a training step of an architecture, with images of its size.</summary>
    public static Row OfNetwork(string name, int batch)
    {
        Architecture architecture = Architectures.Find(name);
        return new Row($"{name}, batch {batch}", $"step {name} {batch} {string.Join(' ', architecture.Input.ToArray())} {architecture.Classes}", Tolerances.OfLosses, Items: batch);
    }

    protected override IEnumerable<Goal> Goals(IReadOnlyList<(Row Row, double Ratio)> ratios) =>
        ratios.Select(r => r.Row.Label.Contains("cifar") ? new Goal($"training step of {r.Row.Label}", 1, 1.5, r.Ratio) : new Goal($"training step of {r.Row.Label}", 0.9, 1.2, r.Ratio));
}
