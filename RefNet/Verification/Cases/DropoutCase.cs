using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Vectors and images, from no dropout to nearly all.</summary>
internal sealed record DropoutCase(double Rate, int[] Extents) : LayerCase
{
    public override Shape Input => new(Extents);

    // In Train too, but each forward pass has a different mask.
    internal override bool IsAffine => Mode == Mode.Evaluate;

    public static DropoutCase Draw(Random random) => new(random.OneOf(0, 0.2, 0.5, 0.9), random.Between(1, 5, count: random.OneOf(1, 3)));

    protected override Layer<T> Build<T>(Random random) => new Dropout<T>(Rate, Seed);

    protected override IEnumerable<LayerCase> SimplerLayers() => Draws.Smaller(Extents).Select(extents => this with { Extents = extents });
}
