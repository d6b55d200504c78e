using System.Numerics;
using RefNet.Geometry;

namespace RefNet.Gpu.Resident;

/// <summary>Average pooling by kernels.</summary>
internal sealed class CudaResidentPooling<T>(CudaResidentDevice<T> device, ResidentKernels<T> kernels, PoolingGeometry geometry, bool countPadding) : IResidentPooling<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Forward(DeviceTensor<T> x, DeviceTensor<T> y)
    {
        DeviceShapes.Pooling(geometry, x, y);
        (nint addressX, nint addressY) = (device.Address(x), device.Address(y));
        using DeviceTurn turn = device.Card.TakeTurn();
        kernels.AverageForward(new PoolingShape(geometry, countPadding, x.Shape), addressX, addressY);
    }

    /// <inheritdoc/>
    public void Backward(DeviceTensor<T> dY, DeviceTensor<T> dX)
    {
        DeviceShapes.Pooling(geometry, dX, dY);
        (nint addressDY, nint addressDX) = (device.Address(dY), device.Address(dX));
        using DeviceTurn turn = device.Card.TakeTurn();
        kernels.AverageBackward(new PoolingShape(geometry, countPadding, dX.Shape), addressDY, addressDX);
    }
}
