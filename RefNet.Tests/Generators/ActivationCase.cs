using FsCheck;
using FsCheck.Fluent;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Generators;

/// <summary>A layer without settings that takes any shape: vectors and images of uneven sizes.</summary>
public sealed record ActivationCase(string Layer, int[] Extents) : LayerCase
{
    public override Shape Input => new(Extents);

    internal override bool IsAffine => Layer == nameof(Flatten<>);

    public static Gen<LayerCase> Generator(string layer) => (
        from rank in Gen.Elements(1, 3)
        from extents in Gen.Choose(1, 5).ArrayOf(rank)
        select new ActivationCase(layer, extents)).AsLayerCases();

    public override IEnumerable<LayerCase> Shrink()
    {
        foreach (LayerCase simpler in base.Shrink())
            yield return simpler;
        for (int axis = 0; axis < Extents.Length; axis++)
        {
            if (Extents[axis] > 1)
                yield return this with { Extents = [.. Extents.Select((extent, i) => i == axis ? extent - 1 : extent)] };
        }
    }

    public override string ToString() => $"{Layer} of {Batch}x{Input}, {Mode}, seed {Seed}";

    protected override Layer<T> Build<T>(Random random) => Layer switch
    {
        nameof(Elu<>) => new Elu<T>(alpha: 0.75),
        nameof(Flatten<>) => new Flatten<T>(),
        nameof(LeakyReLU<>) => new LeakyReLU<T>(slope: 0.125),
        nameof(ReLU<>) => new ReLU<T>(),
        nameof(ScaledTanh<>) => new ScaledTanh<T>(),
        nameof(Sigmoid<>) => new Sigmoid<T>(),
        nameof(Softmax<>) => new Softmax<T>(),
        nameof(Softplus<>) => new Softplus<T>(),
        nameof(Tanh<>) => new Tanh<T>(),
        _ => throw new ArgumentException($"Add {Layer} to {nameof(ActivationCase)}.{nameof(Build)}."),
    };
}
