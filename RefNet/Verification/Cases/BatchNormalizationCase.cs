using MathNet.Numerics.Distributions;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Vectors (no rows and columns) or maps.</summary>
internal sealed record BatchNormalizationCase(int Channels, int[] Map, double Epsilon, bool Unbiased) : LayerCase
{
    // Where the values of a channel are close together, x̂ bends sharply: its third derivative is of the order of ε^(-3/2), and
    // central differences err by h²/6 times that. At ε = 0.01 this is 2e-8, far below the tolerance of 1e-6; at 1e-5 it is not.
    private static readonly double[] Epsilons = [0.01, 0.1, 1];

    public override Shape Input => new([Channels, .. Map]);

    // A training step needs two values per channel.
    internal override int LeastBatch => 2;

    internal override bool IsAffine => Mode == Mode.Evaluate;

    public static BatchNormalizationCase Draw(Random random) => new(
        random.Between(1, 4), random.Between(1, 4, count: random.OneOf(0, 2)), random.OneOf(Epsilons), random.OneOf(true, false));

    protected override Layer<T> Build<T>(Random random)
    {
        BatchNormalization<T> layer = new(Channels, Epsilon, unbiased: Unbiased);
        foreach (ref T mean in layer.Buffers[0].Value.Span)
            mean = T.CreateChecked(Normal.Sample(random, 0, 1));
        foreach (ref T variance in layer.Buffers[1].Value.Span)
            variance = T.CreateChecked(ContinuousUniform.Sample(random, 0.5, 2));
        return layer;
    }

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (Channels > 1)
            yield return this with { Channels = Channels - 1 };
        if (Map.Length > 0)
            yield return this with { Map = [] };
        foreach (int[] map in Draws.Smaller(Map))
            yield return this with { Map = map };
    }
}
