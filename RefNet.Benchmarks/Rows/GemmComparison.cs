using RefNet.Benchmarks.Peers;

namespace RefNet.Benchmarks.Rows;

/// <summary>C = A B in float over squares and over the shapes of networks; TA or TB: the operand is stored as its transpose.</summary>
internal sealed class GemmComparison : TimedComparison
{
    private const string Network = "network";

    private static readonly (string Label, int M, int N, int K, bool TA, bool TB, string Group)[] shapes =
    [
        ("square 64", 64, 64, 64, false, false, ""),
        ("square 128", 128, 128, 128, false, false, ""),
        ("square 256", 256, 256, 256, false, false, "256"),
        ("square 512", 512, 512, 512, false, false, "512"),
        ("square 1024", 1024, 1024, 1024, false, false, "1024"),
        ("square 2048", 2048, 2048, 2048, false, false, "2048"),
        ("square 1024, AᵀB", 1024, 1024, 1024, true, false, ""),
        ("square 1024, ABᵀ", 1024, 1024, 1024, false, true, ""),
        ("LeNet C1, 6 x 784 x 25", 6, 784, 25, false, false, Network),
        ("LeNet C1 dW, 6 x 25 x 784", 6, 25, 784, false, true, Network),
        ("LeNet C1 columns, 25 x 784 x 6", 25, 784, 6, true, false, Network),
        ("LeNet C3, 16 x 100 x 150", 16, 100, 150, false, false, Network),
        ("LeNet C3 dW, 16 x 150 x 100", 16, 150, 100, false, true, Network),
        ("LeNet C3 columns, 150 x 100 x 16", 150, 100, 16, true, false, Network),
        ("LeNet F5, 64 x 120 x 400", 64, 120, 400, false, true, Network),
        ("LeNet F5 dW, 120 x 400 x 64", 120, 400, 64, true, false, Network),
        ("LeNet F5 dX, 64 x 400 x 120", 64, 400, 120, false, false, Network),
        ("LeNet output, 64 x 10 x 84", 64, 10, 84, false, true, Network),
        ("LeNet output dW, 10 x 84 x 64", 10, 84, 64, true, false, Network),
        ("VGG 64 maps of 224 x 224, 64 x 50176 x 576", 64, 50176, 576, false, false, Network),
        ("VGG 256 maps of 56 x 56, 256 x 3136 x 2304", 256, 3136, 2304, false, false, Network),
        ("VGG 512 maps of 14 x 14, 512 x 196 x 4608", 512, 196, 4608, false, false, Network),
        ("VGG fully connected, 64 x 4096 x 4096", 64, 4096, 4096, false, true, Network),
        ("one sample, 1 x 4096 x 4096", 1, 4096, 4096, false, true, Network),
        ("ResNet 64 maps of 56 x 56, 64 x 3136 x 576", 64, 3136, 576, false, false, Network),
        ("ResNet 128 maps of 28 x 28, 128 x 784 x 1152", 128, 784, 1152, false, false, Network),
        ("ResNet 512 maps of 7 x 7, 512 x 49 x 4608", 512, 49, 4608, false, false, Network),
    ];

    private static readonly string[] quick = ["square 256", "square 512", "LeNet F5, 64 x 120 x 400", "ResNet 128 maps of 28 x 28, 128 x 784 x 1152"];

    public override string Name => "gemm";

    public override string Title => "Matrix products";

    protected override IReadOnlyList<Rival> Peers => [.. Rivals.OpenBlas, Rivals.MathNet, .. Rivals.WithUsualLayout(Rivals.LibTorch)];

    protected override IReadOnlyList<Row> Rows { get; } =
        [.. shapes.Select(s => new Row(s.Label, $"gemm {s.M} {s.N} {s.K} {s.TA} {s.TB}", Tolerances.OfSums, 2.0 * s.M * s.N * s.K, s.Group, IsQuick: quick.Contains(s.Label)))];

    protected override string Explain => "M x N x K. OpenBLAS runs its own threads.";

    protected override IEnumerable<Goal> Goals(IReadOnlyList<(Row Row, double Ratio)> ratios) =>
    [
        .. ratios.Where(r => r.Row.Group is not ("" or Network)).Select(r => new Goal($"matrix product, n = {r.Row.Group}", 0.97, 1.05, r.Ratio)),
        .. ratios.Where(r => r.Row.Group == Network).GroupBy(r => r.Row.Group).Select(group =>
            new Goal("matrix products of networks, geometric mean", 0.97, 1.05, Samples.GeometricMean(group.Select(r => r.Ratio)))),
    ];
}
