using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>
/// Maps pooled by windows that are apart, adjacent or overlapping, and unpooled after a 1x1 convolution and a tanh. A tie is not a kink here:
/// the output jumps from one position to another.
/// </summary>
internal sealed record MaxUnpoolingCase(int Channels, int Height, int Width, PoolingGeometry Geometry) : LayerCase
{
    public override Shape Input => new(Channels, Height, Width);

    public static MaxUnpoolingCase Draw(Random random)
    {
        PoolingGeometry geometry = new(random.PoolingWindow(), random.PoolingWindow()) { Rounding = random.OneOf(Rounding.Exact, Rounding.Floor, Rounding.Ceiling) };
        return new MaxUnpoolingCase(random.Between(1, 3), random.Extent(geometry.Rows, geometry.Rounding), random.Extent(geometry.Columns, geometry.Rounding), geometry);
    }

    protected override Layer<T> Build<T>(Random random) => new MaxUnpooling2D<T>(new MaxPooling2D<T>(Geometry),
        new Sequential<T>(new Convolution2D<T>(Channels, Channels, kernel: 1), new Tanh<T>()));

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
