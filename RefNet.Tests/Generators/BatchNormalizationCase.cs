using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.Distributions;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Generators;

/// <summary>Vectors (no rows and columns) or maps. The batch is 2 or more: a training step needs two values a channel.</summary>
public sealed record BatchNormalizationCase(int Channels, int[] Map, double Epsilon, bool Unbiased) : LayerCase
{
    // Where the values of a channel lie close together, x̂ bends sharply: its third derivative goes up to some ε^(-3/2), and
    // central differences err by h²/6 of it. At ε = 0.01 that is 2e-8, far below the tolerance of 1e-6; at 1e-5 it is not.
    private static readonly double[] Epsilons = [0.01, 0.1, 1];

    public static Gen<LayerCase> Generator { get; } = (
        from channels in Gen.Choose(1, 4)
        from rank in Gen.Elements(0, 2)
        from map in Gen.Choose(1, 4).ArrayOf(rank)
        from epsilon in Gen.Elements(Epsilons)
        from unbiased in Gen.Elements(true, false)
        select new BatchNormalizationCase(channels, map, epsilon, unbiased)).AsLayerCases().Select(c => c with { Batch = c.Batch + 1 });

    public override Shape Input => new([Channels, .. Map]);

    internal override bool IsAffine => Mode == Mode.Evaluate;

    public override IEnumerable<LayerCase> Shrink()
    {
        foreach (LayerCase simpler in base.Shrink().Where(c => c.Batch > 1))
            yield return simpler;
        if (Channels > 1)
            yield return this with { Channels = Channels - 1 };
        if (Map.Length > 0)
            yield return this with { Map = [] };
    }

    public override string ToString() =>
        $"BatchNormalization of {Batch}x{Input}, epsilon {Epsilon}, {(Unbiased ? "m/(m-1)" : "1")}, {Mode}, seed {Seed}";

    protected override Layer<T> Build<T>(Random random)
    {
        BatchNormalization<T> layer = new(Channels, Epsilon, unbiased: Unbiased);
        foreach (ref T mean in layer.Buffers[0].Value.Span)
            mean = T.CreateChecked(Normal.Sample(random, 0, 1));
        foreach (ref T variance in layer.Buffers[1].Value.Span)
            variance = T.CreateChecked(ContinuousUniform.Sample(random, 0.5, 2));
        return layer;
    }
}
