using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends;

/// <summary>
/// A convolution and its two gradients. With X for the matrix of columns of an image, (C K K) x (H' W'), what each tap of
/// the kernel reads at each output position with 0 in the padding, and W as F x (C K K):
/// Y = W X + b 1ᵀ, dW += dY Xᵀ, dX = Wᵀ dY where the gradients of all copies of an input are summed.
/// </summary>
/// <remarks>
/// Shapes: x and dX are N x C x H x W, y and dY are N x F x H' x W', w and dW are F x C/G x K x K, b is F. The caller has
/// checked them. Index by index, with S the stride, D the dilation and P the padding before the first element, for rows and for columns:
/// <c>y_nf(i,j) = b_f + sum_c sum_uv W_fc(u,v) x_nc(S i - P + D u', S j - P + D v')</c>, where u' = K - 1 - u for a flipped
/// kernel (the lectures' convolution) and u' = u without the flip, and the same for v; elements outside the image are 0, and c
/// runs over the C/G channels of the group of f.
/// An instance belongs to one layer and is used by one thread at a time.
/// </remarks>
public interface IConvolution<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Y = W X + b 1ᵀ for each image, with b = 0 where it is null: every element of y is written.</summary>
    void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y);

    /// <summary>dW += dY Xᵀ, summed over the images.</summary>
    void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW);

    /// <summary>dX = Wᵀ dY, where each input receives the sum of the gradients of its copies in X: every element of dX is written.</summary>
    void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX);
}
