using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>One to four pieces; vectors (no rows and columns) or maps.</summary>
internal sealed record MaxoutCase(int Pieces, int Channels, int[] Map) : LayerCase
{
    public override Shape Input => new([Channels * Pieces, .. Map]);

    internal override bool IsAffine => Pieces == 1;

    // Neighbouring inputs are pieces of one unit only in vectors; in maps they are pixels, and their tie is not a kink.
    internal override bool HasKinks => Pieces > 1 && Map.Length == 0;

    public static MaxoutCase Draw(Random random) => new(random.Between(1, 4), random.Between(1, 3), random.Between(1, 4, count: random.OneOf(0, 2)));

    protected override Layer<T> Build<T>(Random random) => new Maxout<T>(Pieces);

    protected override void PutAtKink<T>(Span<T> pair) => pair[1] = pair[0];

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (Pieces > 1)
            yield return this with { Pieces = Pieces - 1 };
        if (Channels > 1)
            yield return this with { Channels = Channels - 1 };
        if (Map.Length > 0)
            yield return this with { Map = [] };
        foreach (int[] map in Draws.Smaller(Map))
            yield return this with { Map = map };
    }
}
