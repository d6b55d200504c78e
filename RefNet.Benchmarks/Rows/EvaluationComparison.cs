using RefNet.Benchmarks.Peers;
using RefNet.Models;

namespace RefNet.Benchmarks.Rows;

/// <summary>Prediction: a forward pass in evaluation mode.</summary>
internal sealed class EvaluationComparison : TimedComparison
{
    public override string Name => "evaluation";

    public override string Title => "Forward passes of networks in evaluation mode";

    protected override IReadOnlyList<Rival> Peers => [.. Rivals.Frameworks, .. Rivals.OnnxRuntime];

    protected override IReadOnlyList<Row> Rows { get; } =
        [OfNetwork("resnet50", 1), OfNetwork("vgg16", 1), OfNetwork("googlenet-torchvision", 1) with { IsQuick = true }];

    protected override string Explain => "Images of 3 x 224 x 224. ONNX Runtime fuses batch normalisation and ReLU into convolutions beforehand.";

    /// <summary>The row of a forward pass of an architecture, with images of its size.</summary>
    public static Row OfNetwork(string name, int batch) =>
        new($"{name}, batch {batch}", $"evaluate {name} {batch} {string.Join(' ', Architectures.Find(name).Input.ToArray())}", Tolerances.OfNetworks, Items: batch);

    protected override IEnumerable<Goal> Goals(IReadOnlyList<(Row Row, double Ratio)> ratios) =>
        ratios.Select(r => new Goal($"forward pass of {r.Row.Label}", 0.7, 1, r.Ratio));
}
