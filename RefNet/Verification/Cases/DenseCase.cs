using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>One to six inputs and units.</summary>
internal sealed record DenseCase(int Inputs, int Outputs, bool UseBias) : LayerCase
{
    public override Shape Input => new(Inputs);

    internal override bool IsAffine => true;

    public static DenseCase Draw(Random random) => new(random.Between(1, 6), random.Between(1, 6), random.OneOf(true, false));

    protected override Layer<T> Build<T>(Random random) => new Dense<T>(Inputs, Outputs, useBias: UseBias);

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (Inputs > 1)
            yield return this with { Inputs = Inputs - 1 };
        if (Outputs > 1)
            yield return this with { Outputs = Outputs - 1 };
        if (UseBias)
            yield return this with { UseBias = false };
    }
}
