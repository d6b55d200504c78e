using FsCheck;
using FsCheck.Fluent;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Generators;

public sealed record ConvolutionCase(
    int Groups, int InputsPerGroup, int OutputsPerGroup, int Height, int Width, ConvolutionGeometry Geometry, bool UseBias) : LayerCase
{
    public static Gen<LayerCase> Generator { get; } = (
        from groups in Gen.Choose(1, 3)
        from inputs in Gen.Choose(1, 2)
        from outputs in Gen.Choose(1, 2)
        from rows in GeometryGenerators.ConvolutionWindow
        from columns in GeometryGenerators.ConvolutionWindow
        from rounding in Gen.Elements(Rounding.Exact, Rounding.Floor, Rounding.Ceiling)
        from flip in Gen.Elements(true, false)
        from height in GeometryGenerators.Extent(rows, rounding)
        from width in GeometryGenerators.Extent(columns, rounding)
        from useBias in Gen.Elements(true, false)
        select new ConvolutionCase(groups, inputs, outputs, height, width,
            new ConvolutionGeometry(rows, columns) { Flip = flip, Rounding = rounding }, useBias)).AsLayerCases();

    public override Shape Input => new(Groups * InputsPerGroup, Height, Width);

    internal override bool IsAffine => true;

    public override IEnumerable<LayerCase> Shrink()
    {
        foreach (LayerCase simpler in base.Shrink())
            yield return simpler;
        if (Groups > 1)
            yield return this with { Groups = 1 };
        if (InputsPerGroup > 1)
            yield return this with { InputsPerGroup = 1 };
        if (OutputsPerGroup > 1)
            yield return this with { OutputsPerGroup = 1 };
        foreach (Window rows in GeometryGenerators.Simpler(Geometry.Rows).Where(rows => rows.Positions(Height, Geometry.Rounding) > 0))
            yield return this with { Geometry = Geometry with { Rows = rows } };
        foreach (Window columns in GeometryGenerators.Simpler(Geometry.Columns).Where(columns => columns.Positions(Width, Geometry.Rounding) > 0))
            yield return this with { Geometry = Geometry with { Columns = columns } };
    }

    protected override Layer<T> Build<T>(Random random) =>
        new Convolution2D<T>(Groups * InputsPerGroup, Groups * OutputsPerGroup, Geometry, random, Groups, useBias: UseBias);
}
