using FsCheck;
using FsCheck.Fluent;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Generators;

public sealed record EuclideanRadialBasisCase(int Inputs, int Centres) : LayerCase
{
    public static Gen<LayerCase> Generator { get; } = (
        from inputs in Gen.Choose(1, 6)
        from centres in Gen.Choose(1, 6)
        select new EuclideanRadialBasisCase(inputs, centres)).AsLayerCases();

    public override Shape Input => new(Inputs);

    public override IEnumerable<LayerCase> Shrink()
    {
        foreach (LayerCase simpler in base.Shrink())
            yield return simpler;
        if (Inputs > 1)
            yield return this with { Inputs = Inputs - 1 };
        if (Centres > 1)
            yield return this with { Centres = Centres - 1 };
    }

    protected override Layer<T> Build<T>(Random random) =>
        new EuclideanRadialBasis<T>(RandomTensor<T>(new Shape(Centres, Inputs), random));
}
