using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.LinearAlgebra;

/// <summary>
/// The three products of one convolution layer, by some algorithm. With X for the matrix of columns, (channels * taps) x
/// positions, what each tap reads at each output position of an image, and W for output channels x (channels * taps):
/// Y = W X + b 1ᵀ, dW += dY Xᵀ, dX = Wᵀ dY with the copies of each input added up.
/// </summary>
/// <remarks>
/// Shapes: x and dX are N x C x H x W, y and dY are N x F x H' x W', w and dW are F x C/G x K x K, b is F. The caller has
/// checked them. An algorithm gives the same bits for the same operands on any number of threads; where it depends on the
/// shapes which algorithm is taken, another batch size may round an image's results differently. One instance serves one layer:
/// like the layer it is not for several threads at once.
/// </remarks>
public interface IConvolution<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Y = W X + b 1ᵀ for each image, b being 0 where there is none: every element of y is written.</summary>
    void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y);

    /// <summary>dW += dY Xᵀ, summed over the images.</summary>
    void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW);

    /// <summary>dX = Wᵀ dY, each input getting the sum of the gradients of its copies in X: every element of dX is written.</summary>
    void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX);
}

/// <summary>
/// A backend that convolves in its own way. Any other <see cref="IGemm{T}"/> multiplies matrices of columns:
/// <see cref="ColumnConvolution{T}"/>.
/// </summary>
public interface IConvolutionBackend<T> : IGemm<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes the products of one layer.</summary>
    /// <param name="geometry">Kernel size, stride, padding, dilation and flip.</param>
    /// <param name="groups">G: each group of channels is a convolution of its own.</param>
    IConvolution<T> Convolution(ConvolutionGeometry geometry, int groups);
}
