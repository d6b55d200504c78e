using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Coordinates mapped to a few frequencies.</summary>
internal sealed record FourierFeaturesCase(int Inputs, int Frequencies, double Sigma) : LayerCase
{
    public override Shape Input => new(Inputs);

    // The third derivative of cos 2π B v is (2π B)³, 250 at B = 1: central differences err by h²/6 of it, 4e-9.
    public static FourierFeaturesCase Draw(Random random) => new(random.Between(1, 3), random.Between(1, 5), random.OneOf(0.1, 0.3, 0.5));

    protected override Layer<T> Build<T>(Random random) => new FourierFeatures<T>(Inputs, Frequencies, Sigma);

    protected override IEnumerable<LayerCase> SimplerLayers() =>
        Draws.Smaller([Inputs, Frequencies]).Select(smaller => this with { Inputs = smaller[0], Frequencies = smaller[1] });
}
