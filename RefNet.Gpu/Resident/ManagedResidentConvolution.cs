using System.Numerics;
using RefNet.Geometry;
using RefNet.LinearAlgebra;

namespace RefNet.Gpu.Resident;

/// <summary>Convolution by whatever algorithm the engine takes for the shapes.</summary>
internal sealed class ManagedResidentConvolution<T>(ManagedResidentDevice<T> device, IGemm<T> gemm, ConvolutionGeometry geometry, int groups) : IResidentConvolution<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IConvolution<T> products = gemm.Convolution(geometry, groups);

    /// <inheritdoc/>
    public void Forward(DeviceTensor<T> x, DeviceTensor<T> w, DeviceTensor<T>? b, DeviceTensor<T> y)
    {
        DeviceShapes.Convolution(geometry, groups, x, w, b, y);
        products.Forward(device.Memory(x), device.Memory(w), b is null ? null : device.Memory(b), device.Memory(y));
    }

    /// <inheritdoc/>
    public void AddWeightGradient(DeviceTensor<T> x, DeviceTensor<T> dY, DeviceTensor<T> dW)
    {
        DeviceShapes.Convolution(geometry, groups, x, dW, b: null, dY);
        products.AddWeightGradient(device.Memory(x), device.Memory(dY), device.Memory(dW));
    }

    /// <inheritdoc/>
    public void InputGradient(DeviceTensor<T> w, DeviceTensor<T> dY, DeviceTensor<T> dX)
    {
        DeviceShapes.Convolution(geometry, groups, dX, w, b: null, dY);
        products.InputGradient(device.Memory(w), device.Memory(dY), device.Memory(dX));
    }
}
