using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Gpu.Resident;

/// <summary>
/// Numbers in a shape, in the memory of a device: row-major, without gaps, as in a <see cref="Tensor{T}"/>. They cross to
/// or from the host when <see cref="IResidentDevice{T}.Upload"/> or <see cref="IResidentDevice{T}.Download"/> is called,
/// and never by themselves.
/// </summary>
/// <remarks>
/// Who allocates a tensor owns it and disposes it. A view owns nothing: it holds as long as the tensor that it shows.
/// </remarks>
public abstract class DeviceTensor<T> : IDisposable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DeviceTensor<T>? owner; // of the memory, where this is a view
    private bool isDisposed;

    private protected DeviceTensor(IResidentDevice<T> device, Shape shape, DeviceTensor<T>? owner)
    {
        Device = device;
        Shape = shape;
        this.owner = owner;
    }

    /// <summary>Where the elements are.</summary>
    public IResidentDevice<T> Device { get; }

    /// <summary>The extents, outermost first.</summary>
    public Shape Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Count => Shape.Count;

    /// <summary>Whether the memory was given back.</summary>
    public bool IsDisposed => owner?.IsDisposed ?? isDisposed;

    /// <summary>The same elements in another shape with as many elements; the memory is shared.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
    public DeviceTensor<T> View(Shape shape)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return shape.Count == Count
            ? MakeView(shape, owner ?? this)
            : throw new ArgumentException($"A tensor of shape {Shape} ({Count} elements) cannot be seen as {shape} ({shape.Count} elements).");
    }

    /// <summary>Gives the memory back, once the device is done with it; it never throws.</summary>
    public void Dispose()
    {
        if (owner is not null || isDisposed)
            return;
        isDisposed = true;
        GiveBack();
    }

    private protected abstract DeviceTensor<T> MakeView(Shape shape, DeviceTensor<T> owner);

    private protected abstract void GiveBack();
}
