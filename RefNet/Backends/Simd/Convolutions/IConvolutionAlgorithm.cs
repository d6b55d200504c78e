using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>A way to compute a convolution that can say how much work it is; see docs/convolution.md.</summary>
internal interface IConvolutionAlgorithm<T> : IConvolution<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What it is, in a word.</summary>
    string Name { get; }

    /// <summary>The work for one image of a batch; it depends on shapes alone.</summary>
    /// <param name="product">Which product.</param>
    /// <param name="x">The shape of x, or of dX.</param>
    /// <param name="y">The shape of y, or of dY.</param>
    ConvolutionSteps CountSteps(ConvolutionProduct product, Shape x, Shape y);
}
