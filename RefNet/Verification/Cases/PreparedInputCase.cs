using RefNet.Data.Preparation;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Images that are centred, and scaled or mixed.</summary>
internal sealed record PreparedInputCase(int Channels, int Rows, int Columns, bool Scales, bool Mixes) : LayerCase
{
    public override Shape Input => new(Channels, Rows, Columns);

    internal override bool IsAffine => true;

    public static PreparedInputCase Draw(Random random)
    {
        int[] shape = random.Between(1, 2, count: 3); // small enough to write out its matrix
        (bool scales, bool mixes) = random.OneOf((false, false), (true, false), (false, true));
        return new PreparedInputCase(shape[0], shape[1], shape[2], scales, mixes);
    }

    protected override Layer<T> Build<T>(Random random)
    {
        int count = Input.Count;
        Tensor<T> mean = RandomTensor<T>(new Shape(count), random);
        return new PreparedInput<T>(new InputPreparation<T>(mean, Scales ? RandomTensor<T>(new Shape(count), random) : null, Mixes ? RandomTensor<T>(new Shape(count, count), random) : null));
    }

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (Scales || Mixes)
            yield return this with { Scales = false, Mixes = false };
        foreach (int[] smaller in Draws.Smaller([Channels, Rows, Columns]))
            yield return this with { Channels = smaller[0], Rows = smaller[1], Columns = smaller[2] };
    }
}
