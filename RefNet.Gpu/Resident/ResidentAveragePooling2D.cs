using System.Numerics;
using RefNet.Layers;

namespace RefNet.Gpu.Resident;

/// <summary>The passes of <see cref="AveragePooling2D{T}"/> on a device.</summary>
internal sealed class ResidentAveragePooling2D<T>(IResidentDevice<T> device, AveragePooling2D<T> layer) : ResidentLayer<T>(device, layer)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IResidentPooling<T> windows = device.AveragePooling(layer.Geometry, layer.CountsPadding);

    public override DeviceTensor<T> Forward(DeviceTensor<T> x)
    {
        DeviceTensor<T> y = OutputFor(x);
        windows.Forward(x, y);
        return y;
    }

    public override DeviceTensor<T> Backward(DeviceTensor<T> dY)
    {
        DeviceTensor<T> dX = InputGradientFor(dY);
        windows.Backward(dY, dX); // (1) dx = sum of dy / m
        return dX;
    }
}
