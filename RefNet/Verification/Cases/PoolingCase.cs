using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>The operation on the elements of a window.</summary>
internal enum PoolingKind
{
    Max,
    AverageWithPadding,
    AverageWithoutPadding,
    Subsampling,
}

/// <summary>Maps, and non-square windows with strides and padding.</summary>
internal sealed record PoolingCase(PoolingKind Kind, int Channels, int Height, int Width, PoolingGeometry Geometry) : LayerCase
{
    public override Shape Input => new(Channels, Height, Width);

    internal override bool IsAffine => Kind != PoolingKind.Max;

    internal override bool HasKinks => Kind == PoolingKind.Max;

    public static PoolingCase Draw(Random random, params ReadOnlySpan<PoolingKind> kinds)
    {
        PoolingGeometry geometry = new(random.PoolingWindow(), random.PoolingWindow())
        {
            Rounding = random.OneOf(Rounding.Exact, Rounding.Floor, Rounding.Ceiling),
        };
        return new PoolingCase(random.OneOf(kinds), random.Between(1, 3),
            random.Extent(geometry.Rows, geometry.Rounding), random.Extent(geometry.Columns, geometry.Rounding), geometry);
    }

    protected override Layer<T> Build<T>(Random random) => Kind switch
    {
        PoolingKind.Max => new MaxPooling2D<T>(Geometry),
        PoolingKind.AverageWithPadding => new AveragePooling2D<T>(Geometry),
        PoolingKind.AverageWithoutPadding => new AveragePooling2D<T>(Geometry, countPadding: false),
        _ => new Subsampling2D<T>(Channels, Geometry),
    };

    protected override void PutAtKink<T>(Span<T> pair) => pair[1] = pair[0];

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (Channels > 1)
            yield return this with { Channels = 1 };
        foreach ((Window rows, int height) in GeometryDraws.Smaller(Geometry.Rows, Height, Geometry.Rounding))
            yield return this with { Geometry = Geometry with { Rows = rows }, Height = height };
        foreach ((Window columns, int width) in GeometryDraws.Smaller(Geometry.Columns, Width, Geometry.Rounding))
            yield return this with { Geometry = Geometry with { Columns = columns }, Width = width };
    }
}
