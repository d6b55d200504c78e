using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Vectors (no rows and columns) or maps, with one slope per channel.</summary>
internal sealed record PReLUCase(int Channels, int[] Map) : LayerCase
{
    public override Shape Input => new([Channels, .. Map]);

    internal override bool HasKinks => true;

    public static PReLUCase Draw(Random random) => new(random.Between(1, 4), random.Between(1, 4, count: random.OneOf(0, 2)));

    protected override Layer<T> Build<T>(Random random) => new PReLU<T>(Channels);

    protected override void PutAtKink<T>(Span<T> pair) => pair[0] = T.Zero;

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
