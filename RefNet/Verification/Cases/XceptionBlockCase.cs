using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Maps through one to three separable convolutions, pooled or not, beside an identity or a projection.</summary>
internal sealed record XceptionBlockCase(int Channels, int Outputs, int Extent, int Convolutions, bool Pools, bool StartsWithReLU, bool GrowsLast) : LayerCase
{
    // Two by two positions or more after the pooling: a training step of batch normalisation needs two values per channel.
    public override Shape Input => new(Channels, Extent, Extent);

    public static XceptionBlockCase Draw(Random random) => new(random.Between(1, 2), random.Between(1, 3), random.Between(3, 4), random.Between(1, 3),
        random.OneOf(true, false), random.OneOf(true, false), random.OneOf(true, false));

    protected override Layer<T> Build<T>(Random random) => new XceptionBlock<T>(Channels, Outputs, Pools ? PoolingGeometry.Same(3, Extent, stride: 2) : null,
        Convolutions, StartsWithReLU, GrowsLast, epsilon: 0.1); // see BatchNormalizationCase

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (Convolutions > 1)
            yield return this with { Convolutions = Convolutions - 1 };
        if (Extent > 3)
            yield return this with { Extent = Extent - 1 };
        foreach (int[] smaller in Draws.Smaller([Channels, Outputs]))
            yield return this with { Channels = smaller[0], Outputs = smaller[1] };
        if (Pools)
            yield return this with { Pools = false };
        if (StartsWithReLU)
            yield return this with { StartsWithReLU = false };
    }
}
