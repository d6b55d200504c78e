using System.Numerics;
using RefNet.Geometry;
using RefNet.Layers;

namespace RefNet.Blocks;

/// <summary>
/// The shortcut of a residual block that has no weights although the shape changes: y_(c+b)(i,j) = x_c(S i, S j) for c below C, 0
/// in the other channels; samples of shape C x H x W -> C' x ⌈H/S⌉ x ⌈W/S⌉. It is every S-th pixel, then channels of zeros.
/// He et al. 2016, section 3.3, option A: what the ResNets for CIFAR-10 have. LECTURES L16.
/// </summary>
public sealed class PaddedShortcut<T> : Sequential<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int inputChannels;
    private readonly int outputChannels;
    private readonly int stride;
    private readonly int before;

    /// <summary>Makes the block.</summary>
    /// <param name="inputChannels">C, 1 or more.</param>
    /// <param name="outputChannels">C', C or more.</param>
    /// <param name="stride">S, 1 or more.</param>
    /// <param name="before">b, how many of the channels of zeros come first, from 0 to C' - C; the paper does not say.</param>
    public PaddedShortcut(int inputChannels, int outputChannels, int stride = 2, int before = 0) : base(
        new MaxPooling2D<T>(1, stride, rounding: Rounding.Floor) { Name = "subsample" }, // the largest of one pixel
        new ChannelPadding<T>(before, outputChannels - inputChannels - before) { Name = "pad" }) =>
        (this.inputChannels, this.outputChannels, this.stride, this.before) = (inputChannels, outputChannels, stride, before);

    /// <summary>The C# that makes this block.</summary>
    public override string ToString() => CSharp.New(this, $"{inputChannels}", $"{outputChannels}", CSharp.Option("stride", stride, 2), CSharp.Option("before", before, 0));
}
