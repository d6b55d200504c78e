using System.Numerics;

namespace RefNet.Tensors;

/// <summary>The numbers of a tensor in the memory of a device, such as a graphics card; the backend of that device creates it.</summary>
public abstract class DeviceCopy<T> : IDisposable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of elements that fit.</summary>
    public abstract int Length { get; }

    /// <summary>Copies numbers from the host to the device.</summary>
    public abstract void Upload(ReadOnlySpan<T> numbers);

    /// <summary>Waits for the device, and copies numbers to the host.</summary>
    public abstract void Download(Span<T> numbers);

    /// <summary>Sets the first numbers to zero.</summary>
    public abstract void Clear(int count);

    /// <summary>Frees the memory.</summary>
    public abstract void Dispose();
}

/// <summary>Memory of a device.</summary>
public interface IDeviceMemory<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Allocates memory for the given number of elements; its contents are undefined.</summary>
    DeviceCopy<T> Allocate(int count);

    /// <summary>Whether a copy is in this memory, so that it can be used here.</summary>
    bool Owns(DeviceCopy<T> copy);
}

/// <summary>How numbers are accessed, which determines the newest copy of them afterwards.</summary>
public enum Access
{
    /// <summary>They are read.</summary>
    Read,

    /// <summary>All of them are written; their old values do not matter.</summary>
    Write,

    /// <summary>They are read and written.</summary>
    ReadWrite,
}
