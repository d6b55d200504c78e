using System.Numerics;
using RefNet.Gpu.Api;

namespace RefNet.Gpu;

/// <summary>
/// Memory that is kept for the next who needs it, because allocating on a device, or pinning, costs more than most
/// products. Blocks have sizes that are powers of two, so that few sizes serve all.
/// </summary>
internal sealed class MemoryPool(Func<nint, nint> allocate, Action<nint> free) : IDisposable
{
    private const nint SmallestBlock = 4096;

    private readonly Dictionary<nint, Stack<nint>> idle = [];

    /// <summary>Some memory.</summary>
    public readonly record struct Block(nint Address, nint Bytes);

    /// <summary>The size of the block that so many bytes get.</summary>
    public static nint SizeOf(nint bytes) => (nint)BitOperations.RoundUpToPowerOf2((nuint)Math.Max(bytes, SmallestBlock));

    /// <summary>Asks whoever keeps blocks for later to return some; whether any were returned.</summary>
    public Func<bool>? Spare { get; set; }

    /// <summary>A block of at least so many bytes, which hold anything.</summary>
    /// <exception cref="CudaException">There is no such memory left, not even after all idle and all spare blocks were freed.</exception>
    public Block Rent(nint bytes)
    {
        nint size = SizeOf(bytes);
        if (idle.TryGetValue(size, out Stack<nint>? blocks) && blocks.TryPop(out nint address))
            return new Block(address, size);
        return new Block(Allocate(size), size);
    }

    /// <summary>Allocates so many bytes, which hold anything, and which the caller frees.</summary>
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
                // What is spare becomes idle, and is freed the next time round.
                if (!FreeIdle() && Spare?.Invoke() != true)
                    throw;
            }
        }
    }

    /// <summary>Takes a block back.</summary>
    public void Return(Block block)
    {
        if (!idle.TryGetValue(block.Bytes, out Stack<nint>? blocks))
            idle.Add(block.Bytes, blocks = new Stack<nint>());
        blocks.Push(block.Address);
    }

    /// <summary>Frees what is not in use.</summary>
    public void Dispose() => FreeIdle();

    private bool FreeIdle()
    {
        bool any = false;
        foreach (Stack<nint> blocks in idle.Values)
        {
            any |= blocks.Count > 0;
            while (blocks.TryPop(out nint address))
                free(address);
        }

        return any;
    }
}
