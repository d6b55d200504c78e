using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>An algorithm for convolution that can count its work; see docs/convolution.md.</summary>
internal interface IConvolutionAlgorithm<T> : IConvolution<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A one-word name.</summary>
    string Name { get; }

    /// <summary>The work for one image of a batch; it depends only on the shapes.</summary>
    /// <param name="product">Which product.</param>
    /// <param name="x">The shape of x, or of dX.</param>
    /// <param name="y">The shape of y, or of dY.</param>
    ConvolutionSteps CountSteps(ConvolutionProduct product, Shape x, Shape y);
}
