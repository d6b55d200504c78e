using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Maps, normalised with windows smaller and larger than they are, each map alone or all together.</summary>
internal sealed record ContrastNormalizationCase(int Channels, int Rows, int Columns, int Size, bool AcrossMaps) : LayerCase
{
    // Three rows or more: where a neighbourhood has two or three nearly equal pixels, σ is small, y = v / σ bends sharply, and
    // central differences err by more than the tolerance.
    public override Shape Input => new(Channels, Rows, Columns);

    public static ContrastNormalizationCase Draw(Random random) =>
        new(random.Between(1, 3), random.Between(3, 4), random.Between(3, 5), random.OneOf(3, 5), random.OneOf(true, false));

    protected override Layer<T> Build<T>(Random random) => new ContrastNormalization<T>(Channels, Size, acrossMaps: AcrossMaps);

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (Channels > 1)
            yield return this with { Channels = Channels - 1 };
        if (Size > 3)
            yield return this with { Size = 3 };
        if (Rows > 3)
            yield return this with { Rows = Rows - 1 };
        if (Columns > 3)
            yield return this with { Columns = Columns - 1 };
    }
}
