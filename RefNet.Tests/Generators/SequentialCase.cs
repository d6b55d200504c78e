using FsCheck;
using FsCheck.Fluent;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Generators;

/// <summary>A small network: images, flattened, then pairs of Dense and Tanh; the later pairs stand in a nested Sequential.</summary>
public sealed record SequentialCase(int Rows, int Columns, int[] Widths, int NestedPairs) : LayerCase
{
    public static Gen<LayerCase> Generator { get; } = (
        from rows in Gen.Choose(1, 3)
        from columns in Gen.Choose(1, 3)
        from pairs in Gen.Choose(1, 3)
        from widths in Gen.Choose(1, 4).ArrayOf(pairs)
        from nested in Gen.Choose(0, pairs)
        select new SequentialCase(rows, columns, widths, nested)).AsLayerCases();

    public override Shape Input => new(2, Rows, Columns);

    public override IEnumerable<LayerCase> Shrink()
    {
        foreach (LayerCase simpler in base.Shrink())
            yield return simpler;
        if (NestedPairs > 0)
            yield return this with { NestedPairs = NestedPairs - 1 };
        if (Widths.Length > 1)
            yield return this with { Widths = Widths[1..], NestedPairs = Math.Min(NestedPairs, Widths.Length - 1) };
    }

    public override string ToString() =>
        $"Sequential of {Batch}x{Input}, widths [{string.Join(", ", Widths)}], {NestedPairs} nested, {Mode}, seed {Seed}";

    protected override Layer<T> Build<T>(Random random)
    {
        List<Layer<T>> outer = [new Flatten<T>()];
        List<Layer<T>> nested = [];
        int inputs = Input.Count;
        for (int i = 0; i < Widths.Length; i++)
        {
            List<Layer<T>> target = i < Widths.Length - NestedPairs ? outer : nested;
            target.Add(new Dense<T>(inputs, Widths[i], random));
            target.Add(new Tanh<T>());
            inputs = Widths[i];
        }

        if (nested.Count > 0)
            outer.Add(new Sequential<T>(new Shape(NestedPairs == Widths.Length ? Input.Count : Widths[^(NestedPairs + 1)]), [.. nested]));
        return new Sequential<T>(Input, [.. outer]);
    }
}
