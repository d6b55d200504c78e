using System.Numerics;
using RefNet.Layers;

namespace RefNet.Gpu.Resident;

/// <summary>The passes of <see cref="Flatten{T}"/> on a device: nothing is copied.</summary>
internal sealed class ResidentFlatten<T>(IResidentDevice<T> device, Layer<T> layer) : ResidentLayer<T>(device, layer)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override DeviceTensor<T> Forward(DeviceTensor<T> x) => x.View(CheckInput(x));

    public override DeviceTensor<T> Backward(DeviceTensor<T> dY) => dY.View(CheckOutputGradient(dY)); // (1)
}
