using FsCheck;
using FsCheck.Fluent;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Generators;

public sealed record DropoutCase(double Rate, int[] Extents) : LayerCase
{
    public static Gen<LayerCase> Generator { get; } = (
        from rate in Gen.Elements(0, 0.2, 0.5, 0.9)
        from rank in Gen.Elements(1, 3)
        from extents in Gen.Choose(1, 5).ArrayOf(rank)
        select new DropoutCase(rate, extents)).AsLayerCases();

    public override Shape Input => new(Extents);

    // In Train too, but each forward pass has another mask.
    internal override bool IsAffine => Mode == Mode.Evaluate;

    public override string ToString() => $"Dropout {Rate} of {Batch}x{Input}, {Mode}, seed {Seed}";

    protected override Layer<T> Build<T>(Random random) => new Dropout<T>(Rate, Seed);
}
