using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>An activation, or another layer that takes any shape, on vectors and non-square images.</summary>
internal sealed record ActivationCase(string Layer, int[] Extents) : LayerCase
{
    public override Shape Input => new(Extents);

    internal override bool IsAffine => Layer is nameof(Flatten<>) or nameof(Identity<>);

    internal override bool HasKinks => Layer is nameof(ReLU<>) or nameof(LeakyReLU<>) or nameof(Elu<>);

    public static ActivationCase Draw(Random random, string layer) => new(layer, random.Between(1, 5, count: random.OneOf(1, 3)));

    protected override Layer<T> Build<T>(Random random) => Layer switch
    {
        nameof(Elu<>) => new Elu<T>(alpha: 0.75),
        nameof(Flatten<>) => new Flatten<T>(),
        nameof(Identity<>) => new Identity<T>(),
        nameof(LeakyReLU<>) => new LeakyReLU<T>(slope: 0.125),
        nameof(ReLU<>) => new ReLU<T>(),
        nameof(ScaledTanh<>) => new ScaledTanh<T>(),
        nameof(Sigmoid<>) => new Sigmoid<T>(),
        nameof(Softmax<>) => new Softmax<T>(),
        nameof(Softplus<>) => new Softplus<T>(),
        nameof(Tanh<>) => new Tanh<T>(),
        _ => throw new ArgumentException($"Add {Layer} to {nameof(ActivationCase)}.{nameof(Build)}."),
    };

    protected override void PutAtKink<T>(Span<T> pair) => pair[0] = T.Zero;

    protected override IEnumerable<LayerCase> SimplerLayers() => Draws.Smaller(Extents).Select(extents => this with { Extents = extents });
}
