using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Verification.Cases;

/// <summary>
/// Non-square maps through a layer that moves, repeats or averages pixels: linear, without weights, with at most one setting
/// (a factor, a number of groups, a width of the padding), from 1.
/// </summary>
internal sealed record MapsCase(string Layer, int Setting, int Channels, int Rows, int Columns) : LayerCase
{
    public override Shape Input => new(Layer == nameof(ChannelShuffle<>) ? Channels * Setting : Channels, Rows, Columns);

    internal override bool IsAffine => true;

    public static MapsCase Draw(Random random, string layer) =>
        new(layer, random.Between(1, 3), random.Between(1, 3), random.Between(1, 4), random.Between(1, 4));

    protected override Layer<T> Build<T>(Random random) => Layer switch
    {
        nameof(AdaptiveAveragePooling2D<>) => new AdaptiveAveragePooling2D<T>(Setting, Rows),
        nameof(BilinearUpsampling2D<>) => new BilinearUpsampling2D<T>(Setting, alignCorners: Rows > Columns),
        nameof(ChannelPadding<>) => new ChannelPadding<T>(Setting - 1, Rows - 1),
        nameof(ChannelShuffle<>) => new ChannelShuffle<T>(Setting),
        nameof(GlobalAveragePooling2D<>) => new GlobalAveragePooling2D<T>(),
        nameof(NearestUpsampling2D<>) => new NearestUpsampling2D<T>(Setting),
        nameof(PaddedShortcut<>) => new PaddedShortcut<T>(Channels, Channels + Rows - 1, stride: Setting, before: (Rows - 1) / 2),
        nameof(ZeroPadding2D<>) => Setting == 1 ? new ZeroPadding2D<T>(Channels) : new ZeroPadding2D<T>(Setting - 2, 1, Rows - 1, Columns - 1),
        _ => throw new ArgumentException($"Add {Layer} to {nameof(MapsCase)}.{nameof(Build)}."),
    };

    protected override IEnumerable<LayerCase> SimplerLayers() => Draws.Smaller([Setting, Channels, Rows, Columns])
        .Select(smaller => this with { Setting = smaller[0], Channels = smaller[1], Rows = smaller[2], Columns = smaller[3] });
}
