using FsCheck;
using FsCheck.Fluent;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Generators;

public sealed record DenseCase(int Inputs, int Outputs, bool UseBias) : LayerCase
{
    public static Gen<LayerCase> Generator { get; } = (
        from inputs in Gen.Choose(1, 6)
        from outputs in Gen.Choose(1, 6)
        from useBias in Gen.Elements(true, false)
        select new DenseCase(inputs, outputs, useBias)).AsLayerCases();

    public override Shape Input => new(Inputs);

    internal override bool IsAffine => true;

    public override IEnumerable<LayerCase> Shrink()
    {
        foreach (LayerCase simpler in base.Shrink())
            yield return simpler;
        if (Inputs > 1)
            yield return this with { Inputs = Inputs - 1 };
        if (Outputs > 1)
            yield return this with { Outputs = Outputs - 1 };
    }

    protected override Layer<T> Build<T>(Random random) => new Dense<T>(Inputs, Outputs, random, useBias: UseBias);
}
