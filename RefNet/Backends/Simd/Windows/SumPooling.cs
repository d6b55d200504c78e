using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>Sums of windows. An element of x receives the gradients of all windows that contain it.</summary>
internal sealed class SumPooling<T>(PoolingGeometry geometry) : IPooling<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> y) => ParallelLoop.For(x.Shape[0], (geometry, x, y), static (n, of) =>
    {
        using WindowSums<T> windows = new(of.geometry, of.x.Shape[2], of.x.Shape[3]);
        windows.Sum(of.x.Sample(n), of.y.SampleSpan(n));
    });

    /// <inheritdoc/>
    public void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T> dX) => ParallelLoop.For(dY.Shape[0], (geometry, dY, dX), static (n, of) =>
    {
        using WindowSums<T> windows = new(of.geometry, of.dX.Shape[2], of.dX.Shape[3]);
        windows.Spread(of.dY.Sample(n), of.dX.SampleSpan(n));
    });
}
