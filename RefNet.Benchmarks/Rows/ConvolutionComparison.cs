using RefNet.Benchmarks.Peers;

namespace RefNet.Benchmarks.Rows;

/// <summary>One of the three products of a convolution, over the different layers of VGG-16 and ResNet-18.</summary>
internal sealed class ConvolutionComparison(string product, string title, double reach, double aim) : TimedComparison
{
    // Channels in, channels out, extent of the image, kernel, stride, padding.
    private static readonly (string Network, int C, int F, int H, int K, int S, int P)[] layers =
    [
        ("VGG", 3, 64, 224, 3, 1, 1),
        ("VGG", 64, 64, 224, 3, 1, 1),
        ("VGG", 64, 128, 112, 3, 1, 1),
        ("VGG", 128, 128, 112, 3, 1, 1),
        ("VGG", 128, 256, 56, 3, 1, 1),
        ("VGG", 256, 256, 56, 3, 1, 1),
        ("VGG", 256, 512, 28, 3, 1, 1),
        ("VGG", 512, 512, 28, 3, 1, 1),
        ("VGG", 512, 512, 14, 3, 1, 1),
        ("ResNet", 3, 64, 224, 7, 2, 3),
        ("ResNet", 64, 64, 56, 3, 1, 1),
        ("ResNet", 64, 128, 56, 3, 2, 1),
        ("ResNet", 64, 128, 56, 1, 2, 0),
        ("ResNet", 128, 128, 28, 3, 1, 1),
        ("ResNet", 128, 256, 28, 3, 2, 1),
        ("ResNet", 128, 256, 28, 1, 2, 0),
        ("ResNet", 256, 256, 14, 3, 1, 1),
        ("ResNet", 256, 512, 14, 3, 2, 1),
        ("ResNet", 256, 512, 14, 1, 2, 0),
        ("ResNet", 512, 512, 7, 3, 1, 1),
    ];

    public static ConvolutionComparison Forward { get; } = new("forward", "Convolution, forward", 1.05, 1.3);

    // The gradient with respect to the image is never needed: layers with 3 channels are left out.
    public static ConvolutionComparison InputGradient { get; } = new("input", "Convolution, gradient of the input", 1.0, 1.1);

    public static ConvolutionComparison WeightGradient { get; } = new("weight", "Convolution, gradient of the weights", 0.95, 1.1);

    public override string Name => $"conv-{product}";

    public override string Title => title;

    protected override IReadOnlyList<Rival> Peers => Rivals.Frameworks;

    protected override string Explain => "GFLOP/s count the multiplications and additions of the definition, whatever the algorithm does.";

    protected override IReadOnlyList<Row> Rows =>
    [
        .. from layer in layers
           where layer.C > 3 || product != "input"
           from batch in new[] { 1, 8 }
           let positions = (long)Positions(layer.H, layer.K, layer.S, layer.P) * Positions(layer.H, layer.K, layer.S, layer.P)
           let taps = layer.K * layer.K
           select new Row(
               $"{layer.Network} {layer.C} -> {layer.F}, {layer.H} x {layer.H}, {layer.K} x {layer.K}{(layer.S > 1 ? $" / {layer.S}" : "")}, batch {batch}",
               $"conv-{product} {batch} {layer.C} {layer.F} {layer.H} {layer.K} {layer.S} {layer.P}",
               Tolerances.OfSums, 2.0 * batch * layer.C * layer.F * taps * positions,
               IsQuick: layer is { Network: "ResNet", K: 3, S: 1 } && batch == 8),
    ];

    protected override IEnumerable<Goal> Goals(IReadOnlyList<(Row Row, double Ratio)> ratios) =>
        [new Goal($"{title}, geometric mean", reach, aim, Samples.GeometricMean(ratios.Select(r => r.Ratio)))];

    private static int Positions(int extent, int kernel, int stride, int padding) => (extent + 2 * padding - kernel) / stride + 1;
}
