using System.Numerics;

namespace RefNet.Tensors;

/// <summary>
/// The numbers behind a tensor and its views: in memory of the host, of a device, or of both. It knows where the
/// newest numbers are and copies them when the other side needs them. Memory is allocated at first use.
/// </summary>
/// <remarks>Several threads may read and write on the host at once; a device is used by one thread at a time.</remarks>
internal sealed class Storage<T>(int length) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private volatile AlignedMemory<T>? host;
    private DeviceCopy<T>? device;

    // Which side has the newest numbers. As long as neither has memory, all numbers are zero.
    private volatile bool isHostStale;
    private volatile bool isDeviceStale;

    /// <summary>The number of elements.</summary>
    public int Length => length;

    /// <summary>The first numbers, to be read on the host.</summary>
    public Span<T> Read(int count)
    {
        if (isHostStale)
            Download(count);
        return Host.Span[..count];
    }

    /// <summary>The first numbers, to be read and written on the host.</summary>
    public Span<T> Write(int count)
    {
        if (device is null)
            return Host.Span[..count];

        Span<T> numbers = Read(count);
        isDeviceStale = true;
        return numbers;
    }

    /// <summary>The first numbers in the memory of a device.</summary>
    public DeviceCopy<T> On(IDeviceMemory<T> memory, int count, Access access)
    {
        if (device is not null && (!memory.Owns(device) || device.Length < count))
            LeaveDevice(count);
        if (device is null)
        {
            device = memory.Allocate(length);
            isDeviceStale = true;
        }

        if (isDeviceStale && access != Access.Write)
        {
            if (host is null)
                device.Clear(count);
            else
                device.Upload(host.Span[..count]);
        }

        isDeviceStale = false;
        if (access != Access.Read)
            isHostStale = true;
        return device;
    }

    /// <summary>Copies the newest numbers to the host, and frees the device memory.</summary>
    public void LeaveDevice(int count)
    {
        if (isHostStale)
            Download(count);
        device?.Dispose();
        device = null;
        isDeviceStale = false;
    }

    // Several threads of a loop may ask first, all at once: one of them allocates the memory, and all get the same.
    private AlignedMemory<T> Host => host ?? TakeMemory();

    private AlignedMemory<T> TakeMemory()
    {
        lock (this)
            return host ??= new AlignedMemory<T>(length);
    }

    private void Download(int count)
    {
        lock (this)
        {
            if (isHostStale)
                device!.Download(Host.Span[..count]);
            isHostStale = false;
        }
    }
}
