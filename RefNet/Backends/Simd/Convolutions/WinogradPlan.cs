using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// The tiles of images of one size in <see cref="WinogradConvolution{T}"/>. Each image is copied into a frame of zeros that
/// all its tiles fit into, and a list says where each tile begins; so tiles of short rows, and of several images,
/// fill registers without gaps.
/// </summary>
internal sealed class WinogradPlan
{
    private const int Side = WinogradTransform.Output;

    // Images with fewer tiles than this are transformed together, so that the transformed kernels, which may be too large for
    // any cache, are read once for all of them.
    private const int WantedTiles = 192;

    private readonly (int Rows, int Columns) before;
    private readonly int tileRows;
    private readonly int frameRows;

    private WinogradPlan(int batch, (int Rows, int Columns) before, int outputRows, int outputColumns)
    {
        this.before = before;
        tileRows = (outputRows + Side - 1) / Side;
        TileColumns = (outputColumns + Side - 1) / Side;
        frameRows = Side * tileRows + WinogradTransform.Tile - Side;
        Pitch = Side * TileColumns + Side; // rows of tiles are read four elements at a time
        Images = Group(batch, TilesOfImage);
        Starts = new OffsetList(WinogradTiles.WholeRegisters<float>(Images * TilesOfImage));
        for (int t = 0; t < Starts.Length; t++)
            Starts[t] = t < Images * TilesOfImage ? Start(t) : Images * FrameSize;
    }

    /// <summary>The number of images in a group; the last group of a batch may have fewer.</summary>
    public int Images { get; }

    /// <summary>The number of tiles in a row of an image.</summary>
    public int TileColumns { get; }

    /// <summary>The number of tiles of an image.</summary>
    public int TilesOfImage => tileRows * TileColumns;

    /// <summary>The distance in memory from one row of a frame to the next.</summary>
    public int Pitch { get; }

    /// <summary>The elements of the frames of one channel of a group, and of a tile of zeros after them.</summary>
    public int ChannelSize => Images * FrameSize + WinogradTransform.Tile * Pitch;

    /// <summary>For each tile of a group, its start in the frames of a channel; those that fill the last register are tiles of zeros.</summary>
    public OffsetList Starts { get; }

    private int FrameSize => frameRows * Pitch;

    /// <summary>The plan of Y = W X.</summary>
    public static WinogradPlan Forward(ConvolutionGeometry geometry, Shape x, Shape y) =>
        new(x[0], (geometry.Rows.Before, geometry.Columns.Before), y[2], y[3]);

    /// <summary>The plan of dX = Wᵀ dY.</summary>
    /// <remarks>Rotating a kernel moves each tap to the opposite side of its centre.</remarks>
    public static WinogradPlan Backward(ConvolutionGeometry geometry, Shape x, Shape y) =>
        new(y[0], (2 - geometry.Rows.Before, 2 - geometry.Columns.Before), x[2], x[3]);

    /// <summary>Writes one channel of some images into frames, behind the padding.</summary>
    /// <param name="images">N x C x H x W.</param>
    /// <param name="first">The first of the images.</param>
    /// <param name="count">The number of images, at most <see cref="Images"/>.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="frames">The frames of this channel: <see cref="ChannelSize"/> elements.</param>
    public unsafe void FillInputs<T>(Tensor<T> images, int first, int count, int channel, T* frames) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Fill(images, first, count, channel, before, frames);

    /// <summary>Writes one map of the results of some images into frames, for tiles of 4x4: the first element of the map is that of its first tile.</summary>
    /// <inheritdoc cref="FillInputs"/>
    public unsafe void FillResults<T>(Tensor<T> images, int first, int count, int channel, T* frames) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Fill(images, first, count, channel, (0, 0), frames);

    private unsafe void Fill<T>(Tensor<T> images, int first, int count, int channel, (int Rows, int Columns) origin, T* frames) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        new Span<T>(frames, ChannelSize).Clear();
        (int height, int width) = (images.Shape[2], images.Shape[3]);
        // Where there is much padding, the gradient does not read the border: the origin is negative.
        (int row, int column) = (Math.Max(0, -origin.Rows), Math.Max(0, -origin.Columns));
        int rows = Math.Min(height, frameRows - origin.Rows) - row, columns = Math.Min(width, Pitch - origin.Columns) - column;
        for (int i = 0; i < count; i++)
        {
            fixed (T* image = images.Plane(first + i, channel))
            {
                Strided<T> source = new(image + row * width + column, width, 1);
                Strided<T> target = new(frames + i * FrameSize + (row + origin.Rows) * Pitch + column + origin.Columns, Pitch, 1);
                PlaneRows.Copy(source, target, rows, columns, T.Zero);
            }
        }
    }

    private int Start(int tile)
    {
        (int image, int inImage) = Math.DivRem(tile, TilesOfImage);
        (int row, int column) = Math.DivRem(inImage, TileColumns);
        return image * FrameSize + Side * (row * Pitch + column);
    }

    // Groups of equal size, except for the last. If there is more than one, their number is even, for threads.
    private static int Group(int batch, int imageTiles)
    {
        int wanted = Math.Clamp(WantedTiles / imageTiles, 1, batch), groups = (batch + wanted - 1) / wanted;
        groups = groups == 1 ? 1 : Math.Min(batch, groups + groups % 2);
        return (batch + groups - 1) / groups;
    }
}
