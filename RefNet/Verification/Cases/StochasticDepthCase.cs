using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Vectors and images through a branch that nearly always survives.</summary>
internal sealed record StochasticDepthCase(double Survival, int[] Extents) : LayerCase
{
    public override Shape Input => new(Extents);

    // In Train too, but each forward pass has a different draw.
    internal override bool IsAffine => Mode == Mode.Evaluate;

    public static StochasticDepthCase Draw(Random random) => new(random.OneOf(0.5, 0.9, 1), random.Between(1, 5, count: random.OneOf(1, 3)));

    protected override Layer<T> Build<T>(Random random) => new StochasticDepth<T>(Survival, Seed);

    protected override IEnumerable<LayerCase> SimplerLayers() => Draws.Smaller(Extents).Select(extents => this with { Extents = extents });
}
