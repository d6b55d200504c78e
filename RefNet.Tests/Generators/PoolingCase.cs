using FsCheck;
using FsCheck.Fluent;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Generators;

public enum PoolingKind
{
    Max,
    AverageWithPadding,
    AverageWithoutPadding,
    Subsampling,
}

public sealed record PoolingCase(PoolingKind Kind, int Channels, int Height, int Width, PoolingGeometry Geometry) : LayerCase
{
    public override Shape Input => new(Channels, Height, Width);

    internal override bool IsAffine => Kind != PoolingKind.Max;

    public static Gen<LayerCase> Generator(params PoolingKind[] kinds) => (
        from kind in Gen.Elements(kinds)
        from channels in Gen.Choose(1, 3)
        from rows in GeometryGenerators.PoolingWindow
        from columns in GeometryGenerators.PoolingWindow
        from rounding in Gen.Elements(Rounding.Exact, Rounding.Floor, Rounding.Ceiling)
        from height in GeometryGenerators.Extent(rows, rounding)
        from width in GeometryGenerators.Extent(columns, rounding)
        select new PoolingCase(kind, channels, height, width, new PoolingGeometry(rows, columns) { Rounding = rounding })).AsLayerCases();

    public override IEnumerable<LayerCase> Shrink()
    {
        foreach (LayerCase simpler in base.Shrink())
            yield return simpler;
        if (Channels > 1)
            yield return this with { Channels = 1 };
        foreach (Window rows in GeometryGenerators.Simpler(Geometry.Rows).Where(rows => rows.Positions(Height, Geometry.Rounding) > 0))
            yield return this with { Geometry = Geometry with { Rows = rows } };
        foreach (Window columns in GeometryGenerators.Simpler(Geometry.Columns).Where(columns => columns.Positions(Width, Geometry.Rounding) > 0))
            yield return this with { Geometry = Geometry with { Columns = columns } };
    }

    protected override Layer<T> Build<T>(Random random) => Kind switch
    {
        PoolingKind.Max => new MaxPooling2D<T>(Geometry),
        PoolingKind.AverageWithPadding => new AveragePooling2D<T>(Geometry),
        PoolingKind.AverageWithoutPadding => new AveragePooling2D<T>(Geometry, countPadding: false),
        PoolingKind.Subsampling => new Subsampling2D<T>(Channels, Geometry, random),
        _ => throw new ArgumentOutOfRangeException(nameof(random), Kind, "Unknown kind of pooling."),
    };
}
