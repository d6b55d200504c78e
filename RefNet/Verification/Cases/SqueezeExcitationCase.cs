using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Maps whose channels are squeezed to one or more.</summary>
internal sealed record SqueezeExcitationCase(int Squeezed, int Reduction, int Rows, int Columns, bool UseBias) : LayerCase
{
    public override Shape Input => new(Squeezed * Reduction, Rows, Columns);

    public static SqueezeExcitationCase Draw(Random random) =>
        new(random.Between(1, 3), random.Between(1, 3), random.Between(1, 3), random.Between(1, 3), random.OneOf(true, false));

    protected override Layer<T> Build<T>(Random random) => new SqueezeExcitation<T>(Squeezed * Reduction, Reduction, UseBias);

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        foreach (int[] smaller in Draws.Smaller([Squeezed, Reduction, Rows, Columns]))
            yield return this with { Squeezed = smaller[0], Reduction = smaller[1], Rows = smaller[2], Columns = smaller[3] };
        if (UseBias)
            yield return this with { UseBias = false };
    }
}
