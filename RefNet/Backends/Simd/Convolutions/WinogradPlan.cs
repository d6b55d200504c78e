using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// The layout of images of one size in <see cref="WinogradConvolution{T}"/>, and the number of them per plane. Element (i, j)
/// of a tile is a shift of one of the phases of the image at stride 4.
/// </summary>
internal sealed class WinogradPlan
{
    // Images with fewer tiles than this share a plane, so that the transformed kernels, which may be too large for
    // any cache, are read once for all of them.
    private const int WantedTiles = 192;

    private WinogradPlan(int batch, Axis rows, Axis columns)
    {
        Images = Group(batch, Lay(rows, columns, 1).ImagePitch);
        Layout = Lay(rows, columns, Images);
    }

    /// <summary>The planes of one channel of some images.</summary>
    public ShiftedPlanes Layout { get; }

    /// <summary>The number of images per plane; the last plane of a batch may have fewer.</summary>
    public int Images { get; }

    /// <summary>The number of tiles of the given number of images, including those between rows and images.</summary>
    public int Tiles(int images) => (images - 1) * Layout.ImagePitch + Layout.Positions;

    /// <summary>The plan of Y = W X.</summary>
    public static WinogradPlan Forward(ConvolutionGeometry geometry, Shape x, Shape y) => new(
        x[0], new Axis(geometry.Rows.Before, x[2], y[2]), new Axis(geometry.Columns.Before, x[3], y[3]));

    /// <summary>The plan of dX = Wᵀ dY.</summary>
    /// <remarks>Rotating a kernel moves each tap to the opposite side of its centre.</remarks>
    public static WinogradPlan Backward(ConvolutionGeometry geometry, Shape x, Shape y) => new(
        x[0], new Axis(2 - geometry.Rows.Before, y[2], x[2]), new Axis(2 - geometry.Columns.Before, y[3], x[3]));

    private static ShiftedPlanes Lay(Axis rows, Axis columns, int images)
    {
        const int Side = WinogradTransform.Output;
        return new ShiftedPlanes(rows.Taps(), columns.Taps(), Side, Side, channels: 1, channelWeights: 0, kernelColumns: WinogradTransform.Tile, images);
    }

    // Groups of equal size, except for the last. If there is more than one, their number is even, for threads.
    private static int Group(int batch, int imageTiles)
    {
        int wanted = Math.Clamp(WantedTiles / imageTiles, 1, batch), groups = (batch + wanted - 1) / wanted;
        groups = groups == 1 ? 1 : Math.Min(batch, groups + groups % 2);
        return (batch + groups - 1) / groups;
    }

    // One axis: tiles of 6 inputs, each 4 after the one before, beginning Before elements ahead of the first input.
    private readonly record struct Axis(int Before, int Inputs, int Outputs)
    {
        public TapShifts Taps()
        {
            const int Side = WinogradTransform.Output;
            int before = Before;
            return TapShifts.Forward(new Window(WinogradTransform.Tile, Side), i => i - before, Inputs, (Outputs + Side - 1) / Side);
        }
    }
}
