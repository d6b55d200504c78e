using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Vectors (no rows and columns) or maps, with windows narrower and wider than the number of channels, and small to large α.</summary>
internal sealed record LocalResponseNormalizationCase(int Channels, int[] Map, int Size, double Alpha, double Beta, double K, bool Averages) : LayerCase
{
    public override Shape Input => new([Channels, .. Map]);

    internal override bool IsAffine => Alpha == 0 || Beta == 0;

    public static LocalResponseNormalizationCase Draw(Random random) => new(
        random.Between(1, 7), random.Between(1, 3, count: random.OneOf(0, 2)), random.Between(1, 5), random.OneOf(0, 1e-4, 0.5, 2), random.OneOf(0, 0.5, 0.75, 1.5),
        random.OneOf(0.5, 1, 2), random.OneOf(true, false));

    protected override Layer<T> Build<T>(Random random) => new LocalResponseNormalization<T>(Size, Alpha, Beta, K, Averages);

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (Map.Length > 0)
            yield return this with { Map = [] };
        foreach (int[] map in Draws.Smaller(Map))
            yield return this with { Map = map };
        foreach (int[] smaller in Draws.Smaller([Channels, Size]))
            yield return this with { Channels = smaller[0], Size = smaller[1] };
    }
}
