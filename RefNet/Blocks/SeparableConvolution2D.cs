using System.Numerics;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;

namespace RefNet.Blocks;

/// <summary>
/// Depthwise separable convolution: y_f = b_f + sum_k V_fk (w_k * x_⌊k/m⌋), each channel convolved with m kernels of
/// its own, then all channels mixed at each pixel by a 1x1 kernel; samples of shape C x H x W -> F x H' x W'. It has
/// m C K² + m C F weights, a convolution C F K². Chollet 2017, section 2 (Xception); Howard et al. 2017, section 3.1
/// (MobileNet, with batch normalisation and ReLU in between); LECTURES L17.
/// </summary>
/// <remarks>A depthwise convolution alone is a <see cref="Convolution2D{T}"/> with as many groups as channels.</remarks>
public sealed class SeparableConvolution2D<T> : Sequential<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int inputChannels;
    private readonly int outputChannels;
    private readonly ConvolutionGeometry geometry;
    private readonly int multiplier;
    private readonly Initializer initializer;
    private readonly bool useBias;

    /// <summary>Creates a block with a square kernel, the same stride and padding on all sides.</summary>
    public SeparableConvolution2D(
        int inputChannels, int outputChannels, int kernel, int stride = 1, int padding = 0, int multiplier = 1, Initializer? initializer = null, bool useBias = true)
        : this(inputChannels, outputChannels, ConvolutionGeometry.Square(kernel, stride, padding), multiplier, initializer, useBias) { }

    /// <summary>Creates a block.</summary>
    /// <param name="inputChannels">C, 1 or more.</param>
    /// <param name="outputChannels">F, 1 or more.</param>
    /// <param name="geometry">Kernel size, stride, padding, dilation and flip of the depthwise convolution.</param>
    /// <param name="multiplier">m, the number of kernels per channel, 1 or more.</param>
    /// <param name="initializer">How the initial weights of both are drawn; <see cref="Initializer.LeCun"/> by default.</param>
    /// <param name="useBias">Whether b is added, after the 1x1 kernel.</param>
    public SeparableConvolution2D(
        int inputChannels, int outputChannels, ConvolutionGeometry geometry, int multiplier = 1, Initializer? initializer = null, bool useBias = true) : base(
        new Convolution2D<T>(inputChannels, multiplier * inputChannels, geometry, groups: inputChannels, initializer, useBias: false) { Name = "depthwise" }, // w
        new Convolution2D<T>(multiplier * inputChannels, outputChannels, kernel: 1, initializer: initializer, useBias: useBias) { Name = "pointwise" })       // V, b
    {
        (this.inputChannels, this.outputChannels, this.geometry, this.multiplier, this.useBias) = (inputChannels, outputChannels, geometry, multiplier, useBias);
        this.initializer = initializer ?? Initializer.LeCun;
    }

    /// <summary>The C# that creates this block.</summary>
    public override string ToString() => CSharp.New(this, $"{inputChannels}", $"{outputChannels}", CSharp.Code(geometry), CSharp.Option("multiplier", multiplier, 1),
        CSharp.Option("initializer", initializer, Initializer.LeCun), CSharp.Option("useBias", useBias, true));
}
