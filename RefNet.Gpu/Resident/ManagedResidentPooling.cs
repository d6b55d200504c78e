using System.Numerics;
using RefNet.Geometry;
using RefNet.Layers;

namespace RefNet.Gpu.Resident;

/// <summary>Average pooling by the layer itself.</summary>
internal sealed class ManagedResidentPooling<T>(ManagedResidentDevice<T> device, PoolingGeometry geometry, bool countPadding) : IResidentPooling<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AveragePooling2D<T> layer = new(geometry, countPadding);

    /// <inheritdoc/>
    public void Forward(DeviceTensor<T> x, DeviceTensor<T> y)
    {
        DeviceShapes.Pooling(geometry, x, y);
        layer.Forward(device.Memory(x), Mode.Train).Span.CopyTo(device.Memory(y).Span);
    }

    /// <inheritdoc/>
    public void Backward(DeviceTensor<T> dY, DeviceTensor<T> dX)
    {
        DeviceShapes.Pooling(geometry, dX, dY);
        layer.Forward(device.Memory(dX), Mode.Train); // the layer wants to know the shape; what it computes is not used
        layer.Backward(device.Memory(dY)).Span.CopyTo(device.Memory(dX).Span);
    }
}
