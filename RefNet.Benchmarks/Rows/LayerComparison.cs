using RefNet.Benchmarks.Peers;

namespace RefNet.Benchmarks.Rows;

/// <summary>The small layers around the convolutions, forward and backward.</summary>
internal sealed class LayerComparison : TimedComparison
{
    public override string Name => "layers";

    public override string Title => "Other layers, forward and backward";

    protected override IReadOnlyList<Rival> Peers => Rivals.Frameworks;

    protected override string Explain => "The results of dropout are random: they are not compared.";

    protected override IReadOnlyList<Row> Rows { get; } =
    [
        new("average pooling 2 x 2 / 2, 64 x 6 x 28 x 28", "avgpool 64 6 28 28 2 2 0", Tolerances.OfElements),
        new("max pooling 2 x 2 / 2, 64 x 6 x 28 x 28", "maxpool 64 6 28 28 2 2 0", Tolerances.OfElements),
        new("max pooling 2 x 2 / 2, 8 x 64 x 224 x 224", "maxpool 8 64 224 224 2 2 0", Tolerances.OfElements),
        new("max pooling 3 x 3 / 2, 8 x 64 x 112 x 112", "maxpool 8 64 112 112 3 2 1", Tolerances.OfElements, IsQuick: true),
        new("average pooling 3 x 3 / 2, 8 x 64 x 112 x 112", "avgpool 8 64 112 112 3 2 1", Tolerances.OfElements),
        new("ReLU, 64 x 64 x 56 x 56", "relu 64 64 56 56", 0, IsQuick: true),
        new("dropout 0.5, 64 x 4096", "dropout 64 4096", double.PositiveInfinity),
        new("softmax and cross-entropy, 64 x 10", "softmax-loss 64 10", Tolerances.OfElements),
        new("softmax and cross-entropy, 256 x 1000", "softmax-loss 256 1000", Tolerances.OfElements, IsQuick: true),
        new("momentum with decay, 1,000,000 weights", "momentum 1000000", Tolerances.OfElements, IsQuick: true),
    ];

    protected override IEnumerable<Goal> Goals(IReadOnlyList<(Row Row, double Ratio)> ratios) =>
        [new Goal("other layers, geometric mean", null, null, Samples.GeometricMean(ratios.Select(r => r.Ratio)))];
}
