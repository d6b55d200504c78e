using System.Numerics;
using RefNet.Backends;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>Sums or means of windows: pooling.cu.</summary>
internal sealed class DevicePooling<T>(CudaBackend<T> backend, PoolingGeometry geometry, bool isMean, bool countPadding) : IPooling<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public unsafe void Forward(Tensor<T> x, Tensor<T> y)
    {
        PoolingShape shape = new(geometry, x.Shape, isMean, countPadding);
        backend.ForEach("pool_sums", y.Count, KernelArgument<T>.Of(&shape), backend.Read(x), backend.Write(y));
    }

    /// <inheritdoc/>
    public unsafe void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T> dX)
    {
        PoolingShape shape = new(geometry, dX.Shape, isMean, countPadding);
        backend.ForEach("pool_sums_gradient", dX.Count, KernelArgument<T>.Of(&shape), backend.Read(dY), backend.Write(dX));
    }
}

/// <summary>Maxima of windows: pooling.cu. Forward stores the position of each maximum, for Backward.</summary>
internal sealed class DeviceMaxPooling<T>(CudaBackend<T> backend, PoolingGeometry geometry) : IPooling<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Positions within a window, from 0.
    private Tensor<T>? winners;

    /// <inheritdoc/>
    public unsafe void Forward(Tensor<T> x, Tensor<T> y)
    {
        PoolingShape shape = new(geometry, x.Shape, isMean: false, countPadding: false);
        Tensor<T>.Reuse(ref winners, y.Shape);
        backend.ForEach("pool_maxima", y.Count, KernelArgument<T>.Of(&shape), backend.Read(x), backend.Write(y), backend.Write(winners));
    }

    /// <inheritdoc/>
    public unsafe void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T> dX)
    {
        PoolingShape shape = new(geometry, x.Shape, isMean: false, countPadding: false);
        backend.ForEach("pool_maxima_gradient", dX.Count, KernelArgument<T>.Of(&shape), backend.Read(winners!), backend.Read(dY), backend.Write(dX));
    }
}
