using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>Maps gated by a sigmoid: element by element, or, as in squeeze-and-excitation, channel by channel.</summary>
internal sealed record ProductCase(int Channels, int Rows, int Columns, bool ByChannel) : LayerCase
{
    public override Shape Input => new(Channels, Rows, Columns);

    public static ProductCase Draw(Random random) => new(random.Between(1, 3), random.Between(1, 3), random.Between(1, 3), random.OneOf(true, false));

    protected override Layer<T> Build<T>(Random random)
    {
        Convolution2D<T> convolution = new(Channels, Channels, kernel: 1);
        Layer<T> gate = ByChannel
            ? new Sequential<T>(new AveragePooling2D<T>(new PoolingGeometry(new Window(Rows), new Window(Columns))), convolution, new Sigmoid<T>())
            : new Sequential<T>(convolution, new Sigmoid<T>());
        return new Product<T>(new Identity<T>(), gate);
    }

    protected override IEnumerable<LayerCase> SimplerLayers()
    {
        if (ByChannel)
            yield return this with { ByChannel = false };
        foreach (int[] input in Draws.Smaller([Channels, Rows, Columns]))
            yield return this with { Channels = input[0], Rows = input[1], Columns = input[2] };
    }
}
