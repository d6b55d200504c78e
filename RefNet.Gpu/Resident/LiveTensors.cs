using System.Numerics;

namespace RefNet.Gpu.Resident;

/// <summary>The tensors that hold memory of one device, as that device knows them.</summary>
internal sealed class LiveTensors<T>(IResidentDevice<T> device) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly HashSet<DeviceTensor<T>> tensors = [];
    private bool isClosed;

    /// <summary>How many there are.</summary>
    public int Count => tensors.Count;

    /// <summary>Takes in a tensor that was allocated.</summary>
    public DeviceTensor<T> Add(DeviceTensor<T> tensor)
    {
        tensors.Add(tensor);
        return tensor;
    }

    /// <summary>Lets a tensor go.</summary>
    public void Remove(DeviceTensor<T> tensor) => tensors.Remove(tensor);

    /// <summary>Checks that the device is open.</summary>
    public void CheckOpen() => ObjectDisposedException.ThrowIf(isClosed, device);

    /// <summary>Checks that the device is open, and that a tensor is one of its own and still there.</summary>
    public void Check(DeviceTensor<T> tensor)
    {
        CheckOpen();
        if (tensor.Device != device)
            throw new ArgumentException($"{device.Name}: the tensor of shape {tensor.Shape} belongs to another device, {tensor.Device.Name}.");
        ObjectDisposedException.ThrowIf(tensor.IsDisposed, tensor);
    }

    /// <summary>Disposes all, and lets no other come.</summary>
    public void Close()
    {
        isClosed = true;
        foreach (DeviceTensor<T> tensor in tensors.ToArray())
            tensor.Dispose();
    }
}
