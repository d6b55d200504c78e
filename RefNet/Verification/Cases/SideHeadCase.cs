using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>A vector that passes through unchanged, with a head of a dense layer and a tanh; in Train the check adds u·h(x) to u·y.</summary>
internal sealed record SideHeadCase(int Inputs, int Outputs, double Weight) : LayerCase
{
    public override Shape Input => new(Inputs);

    public static SideHeadCase Draw(Random random) => new(random.Between(1, 5), random.Between(1, 4), random.OneOf(0.3, 1));

    protected override Layer<T> Build<T>(Random random) => new SideHead<T>(new Sequential<T>(new Dense<T>(Inputs, Outputs), new Tanh<T>()), Weight);

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (Inputs > 1)
            yield return this with { Inputs = Inputs - 1 };
        if (Outputs > 1)
            yield return this with { Outputs = Outputs - 1 };
    }
}
