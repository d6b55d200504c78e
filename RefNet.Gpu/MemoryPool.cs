using System.Numerics;
using RefNet.Gpu.Api;

namespace RefNet.Gpu;

/// <summary>
/// Memory that is kept for reuse, because allocating on a device, or pinning, costs more than most products. The
/// sizes of blocks are powers of two, so that few sizes serve all requests. Of the idle blocks the one with the lowest address is
/// taken: the same requests from the same state get the same addresses, whatever the order in which blocks came back.
/// </summary>
internal sealed class MemoryPool(Func<nint, nint> allocate, Action<nint> free) : IDisposable
{
    private const nint SmallestBlock = 4096;

    private readonly Dictionary<nint, PriorityQueue<nint, nint>> idle = [];

    /// <summary>A block of memory.</summary>
    public readonly record struct Block(nint Address, nint Bytes);

    /// <summary>The size of the block for the given number of bytes.</summary>
    public static nint SizeOf(nint bytes) => (nint)BitOperations.RoundUpToPowerOf2((nuint)Math.Max(bytes, SmallestBlock));

    /// <summary>Asks holders of spare blocks to return some; returns whether any were returned.</summary>
    public Func<bool>? Spare { get; set; }

    /// <summary>A block of at least the given number of bytes; its contents are undefined.</summary>
    /// <exception cref="CudaException">There is no such memory left, not even after all idle and all spare blocks were freed.</exception>
    public Block Rent(nint bytes)
    {
        nint size = SizeOf(bytes);
        if (idle.TryGetValue(size, out PriorityQueue<nint, nint>? blocks) && blocks.TryDequeue(out nint address, out _))
            return new Block(address, size);
        return new Block(Allocate(size), size);
    }

    /// <summary>Allocates the given number of bytes, which the caller frees; their contents are undefined.</summary>
    /// <exception cref="CudaException">There is no such memory left, not even after all idle and all spare blocks were freed.</exception>
    public nint Allocate(nint bytes)
    {
        while (true)
        {
            try
            {
                return allocate(bytes);
            }
            catch (CudaException error) when (error.Status == CudaDriver.OutOfMemory)
            {
                // Spare blocks become idle, and are freed in the next iteration.
                if (!FreeIdle() && Spare?.Invoke() != true)
                    throw;
            }
        }
    }

    /// <summary>Takes a block back.</summary>
    public void Return(Block block)
    {
        if (!idle.TryGetValue(block.Bytes, out PriorityQueue<nint, nint>? blocks))
            idle.Add(block.Bytes, blocks = new PriorityQueue<nint, nint>());
        blocks.Enqueue(block.Address, block.Address);
    }

    /// <summary>Frees the blocks that are not in use.</summary>
    public void Dispose() => FreeIdle();

    private bool FreeIdle()
    {
        bool any = false;
        foreach (PriorityQueue<nint, nint> blocks in idle.Values)
        {
            any |= blocks.Count > 0;
            while (blocks.TryDequeue(out nint address, out _))
                free(address);
        }

        return any;
    }
}
