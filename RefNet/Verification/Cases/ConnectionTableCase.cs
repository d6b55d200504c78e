using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Three input maps, and output maps that each see some of them: bit i of a number stands for input map i.</summary>
internal sealed record ConnectionTableCase(int[] Table, int Height, int Width, ConvolutionGeometry Geometry) : LayerCase
{
    private const int Maps = 3;

    public override Shape Input => new(Maps, Height, Width);

    internal override bool IsAffine => true;

    private int[][] Sources => [.. Table.Select(bits => Enumerable.Range(0, Maps).Where(map => (bits >> map & 1) == 1).ToArray())];

    public static ConnectionTableCase Draw(Random random)
    {
        ConvolutionGeometry geometry = new(random.ConvolutionWindow(), random.ConvolutionWindow()) { Flip = random.OneOf(true, false) };
        return new ConnectionTableCase(random.Between(1, (1 << Maps) - 1, count: random.Between(1, 4)),
            random.Extent(geometry.Rows, geometry.Rounding), random.Extent(geometry.Columns, geometry.Rounding), geometry);
    }

    protected override Layer<T> Build<T>(Random random) => new ConnectionTableConvolution2D<T>(Maps, Sources, Geometry);

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (Table.Length > 1)
        {
            yield return this with { Table = Table[1..] };
            yield return this with { Table = Table[..^1] };
        }

        foreach ((Window rows, int height) in GeometryDraws.Smaller(Geometry.Rows, Height, Geometry.Rounding))
            yield return this with { Geometry = Geometry with { Rows = rows }, Height = height };
        foreach ((Window columns, int width) in GeometryDraws.Smaller(Geometry.Columns, Width, Geometry.Rounding))
            yield return this with { Geometry = Geometry with { Columns = columns }, Width = width };
    }
}
