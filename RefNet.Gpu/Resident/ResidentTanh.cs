using System.Numerics;
using RefNet.Layers;

namespace RefNet.Gpu.Resident;

/// <summary>The passes of <see cref="Tanh{T}"/> on a device.</summary>
internal sealed class ResidentTanh<T>(IResidentDevice<T> device, Layer<T> layer) : ResidentLayer<T>(device, layer)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Saved by Forward for Backward
    private DeviceTensor<T>? y;

    public override DeviceTensor<T> Forward(DeviceTensor<T> x)
    {
        y = OutputFor(x);
        Device.Tanh(x, y);
        return y;
    }

    public override DeviceTensor<T> Backward(DeviceTensor<T> dY)
    {
        DeviceTensor<T> dX = InputGradientFor(dY);
        Device.TanhGradient(y!, dY, dX); // (2) dx = dy (1 - y²)
        return dX;
    }
}
