using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Backends;

/// <summary>
/// The operation of a pooling layer on each window of each channel: the sum, the mean or the maximum, and its gradient. x and dX are
/// N x C x H x W, y and dY are N x C x H' x W'; the caller has checked them.
/// </summary>
/// <remarks>
/// An instance belongs to one layer and is used by one thread at a time. Backward follows the Forward of the same x:
/// an implementation may keep results of Forward and need not read x and y again.
/// </remarks>
public interface IPooling<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Writes every element of y.</summary>
    void Forward(Tensor<T> x, Tensor<T> y);

    /// <summary>Writes every element of dX: each element receives the sum of the gradients from all windows that contain it.</summary>
    void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T> dX);
}
