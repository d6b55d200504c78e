using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Regions of any size on a map, also overlapping, with bins larger and smaller than a pixel.</summary>
internal sealed record RoIMaxPoolingCase(int Channels, int Height, int Width, int BinRows, int BinColumns, int Regions) : LayerCase
{
    public override Shape Input => new(Channels, Height, Width);

    internal override bool HasKinks => true;

    public static RoIMaxPoolingCase Draw(Random random) => new(
        random.Between(1, 3), random.Between(1, 5), random.Between(1, 5), random.Between(1, 3), random.Between(1, 3), random.Between(1, 3));

    protected override Layer<T> Build<T>(Random random) => new RoIMaxPooling2D<T>(BinRows, BinColumns, [.. Enumerable.Range(0, Regions).Select(_ =>
    {
        int row = random.Between(0, Height - 1), column = random.Between(0, Width - 1);
        return new Region(row, column, random.Between(1, Height - row), random.Between(1, Width - column));
    })]);

    protected override void PutAtKink<T>(Span<T> pair) => pair[1] = pair[0];

    protected override IEnumerable<LayerCase> SimplerLayers() => Draws.Smaller([Channels, Height, Width, BinRows, BinColumns, Regions]).Select(smaller => this with
    {
        Channels = smaller[0],
        Height = smaller[1],
        Width = smaller[2],
        BinRows = smaller[3],
        BinColumns = smaller[4],
        Regions = smaller[5],
    });
}
