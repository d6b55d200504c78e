using System.Numerics;
using RefNet.Geometry;
using RefNet.Layers;

namespace RefNet.Blocks;

/// <summary>
/// The shortcut without weights of a residual block that changes the shape: y_(c+b)(i,j) = x_c(S i, S j) for c below C, 0
/// in the other channels; samples of shape C x H x W -> C' x ⌈H/S⌉ x ⌈W/S⌉. It takes every S-th pixel, then adds
/// channels of zeros. He et al. 2016, section 3.3, option A, which the ResNets for CIFAR-10 use. LECTURES L16.
/// </summary>
public sealed class PaddedShortcut<T> : Sequential<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int inputChannels;
    private readonly int outputChannels;
    private readonly int stride;
    private readonly int before;

    /// <summary>Creates the block.</summary>
    /// <param name="inputChannels">C, 1 or more.</param>
    /// <param name="outputChannels">C', C or more.</param>
    /// <param name="stride">S, 1 or more.</param>
    /// <param name="before">b, the number of zero channels that come first, from 0 to C' - C; the paper does not say.</param>
    public PaddedShortcut(int inputChannels, int outputChannels, int stride = 2, int before = 0) : base(
        new MaxPooling2D<T>(1, stride, rounding: Rounding.Floor) { Name = "subsample" }, // the maximum of one pixel
        new ChannelPadding<T>(before, outputChannels - inputChannels - before) { Name = "pad" }) =>
        (this.inputChannels, this.outputChannels, this.stride, this.before) = (inputChannels, outputChannels, stride, before);

    /// <summary>The C# that creates this block.</summary>
    public override string ToString() => CSharp.New(this, $"{inputChannels}", $"{outputChannels}", CSharp.Option("stride", stride, 2), CSharp.Option("before", before, 0));
}
