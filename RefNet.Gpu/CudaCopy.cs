using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>The numbers of a tensor in memory of the card. A copy without references returns its memory when it is finalised.</summary>
internal sealed class CudaCopy<T>(CudaBackend<T> backend, MemoryPool.Block block, int length) : DeviceCopy<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int isDisposed;

    ~CudaCopy() => GiveBack();

    /// <summary>The backend whose memory it is.</summary>
    public CudaBackend<T> Backend => backend;

    /// <summary>The address of the first number.</summary>
    public nint Address => block.Address;

    /// <inheritdoc/>
    public override int Length => length;

    /// <summary>The shape of the tensor that was last used on the card.</summary>
    public Shape? Shape { get; set; }

    /// <summary>The layer or operation that computed the numbers on the card; null if they came from the host.</summary>
    public string? ComputedBy { get; set; }

    /// <inheritdoc/>
    public override void Upload(ReadOnlySpan<T> numbers) => backend.Upload(numbers, this);

    /// <inheritdoc/>
    public override void Download(Span<T> numbers) => backend.Download(this, numbers);

    /// <inheritdoc/>
    public override void Clear(int count) => backend.Clear(this, count);

    /// <inheritdoc/>
    public override void Dispose()
    {
        GiveBack();
        GC.SuppressFinalize(this);
    }

    private void GiveBack()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) == 0)
            backend.GiveBack(block);
    }
}
