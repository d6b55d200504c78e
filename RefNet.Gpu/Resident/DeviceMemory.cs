using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Gpu.Resident;

/// <summary>Memory that is kept from step to step.</summary>
internal static class DeviceMemory
{
    /// <summary>The tensor as it is where it has the wanted shape, and another in its place where it has not.</summary>
    public static DeviceTensor<T> Reuse<T>(this IResidentDevice<T> device, ref DeviceTensor<T>? tensor, Shape shape) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (tensor is null || !tensor.Shape.Equals(shape))
        {
            tensor?.Dispose();
            tensor = null; // should there be no memory for the other
            tensor = device.Allocate(shape);
        }

        return tensor;
    }
}
