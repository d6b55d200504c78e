using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>One to six inputs, and one to six centres.</summary>
internal sealed record EuclideanRadialBasisCase(int Inputs, int Centres) : LayerCase
{
    public override Shape Input => new(Inputs);

    public static EuclideanRadialBasisCase Draw(Random random) => new(random.Between(1, 6), random.Between(1, 6));

    protected override Layer<T> Build<T>(Random random) => new EuclideanRadialBasis<T>(RandomTensor<T>(new Shape(Centres, Inputs), random));

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (Inputs > 1)
            yield return this with { Inputs = Inputs - 1 };
        if (Centres > 1)
            yield return this with { Centres = Centres - 1 };
    }
}
