using FsCheck;
using FsCheck.Fluent;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Generators;

/// <summary>Three input maps, and output maps that each see some of them: bit i of a number stands for input map i.</summary>
public sealed record ConnectionTableCase(int[] Table, int Height, int Width, ConvolutionGeometry Geometry) : LayerCase
{
    private const int Maps = 3;

    public static Gen<LayerCase> Generator { get; } = (
        from outputs in Gen.Choose(1, 4)
        from table in Gen.Choose(1, (1 << Maps) - 1).ArrayOf(outputs)
        from rows in GeometryGenerators.ConvolutionWindow
        from columns in GeometryGenerators.ConvolutionWindow
        from flip in Gen.Elements(true, false)
        from height in GeometryGenerators.Extent(rows, Rounding.Exact)
        from width in GeometryGenerators.Extent(columns, Rounding.Exact)
        select new ConnectionTableCase(table, height, width, new ConvolutionGeometry(rows, columns) { Flip = flip })).AsLayerCases();

    public override Shape Input => new(Maps, Height, Width);

    internal override bool IsAffine => true;

    public override string ToString() => $"table [{string.Join(" ", Table)}] on {Batch}x{Input}, {Geometry}, {Mode}, seed {Seed}";

    public override IEnumerable<LayerCase> Shrink()
    {
        foreach (LayerCase simpler in base.Shrink())
            yield return simpler;
        if (Table.Length > 1)
            yield return this with { Table = Table[1..] };
    }

    protected override Layer<T> Build<T>(Random random) => new ConnectionTableConvolution2D<T>(
        Maps, [.. Table.Select(bits => Enumerable.Range(0, Maps).Where(map => (bits >> map & 1) == 1).ToArray())], Geometry, random);
}
