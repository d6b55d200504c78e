using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>
/// Operands that stay on the card, above all weights, so that they cross the bus only when they have changed.
/// </summary>
/// <remarks>
/// What an operand is, is where it lies in memory; its version is what it holds. Each operand kept on the card has a copy in
/// pinned memory, the one that it was sent from, and before the card's is used again the operand is compared with that copy,
/// bit by bit. A counter would be cheaper to ask, but anyone may write through a span that he got from a parameter long ago,
/// and no counter would know. So a product never sees a stale weight. A comparison reads the memory once, and ends at the
/// first difference.
/// </remarks>
internal sealed class KeptOperands
{
    private readonly CudaDevice device;
    private readonly long mostBytes;
    private readonly Dictionary<Identity, Operand> operands = [];
    private long bytes;

    /// <summary>Keeps operands on a device.</summary>
    /// <param name="device">The device, whose memory they give back when it is short.</param>
    /// <param name="mostBytes">How much memory they may take.</param>
    public KeptOperands(CudaDevice device, long mostBytes)
    {
        this.device = device;
        this.mostBytes = mostBytes;
        device.Memory.Spare = LetOldestGo;
        device.Pinned.Spare = LetOldestGo;
    }

    private readonly record struct Identity(nint Address, int Rows, int Columns, int ElementSize);

    private sealed class Operand
    {
        public required MemoryPool.Block Memory { get; init; }
        public required MemoryPool.Block Pinned { get; init; }
        public long LastTurn { get; set; }
        public bool IsSent { get; set; }
    }

    /// <summary>Brings a matrix to the card, unless it is there already.</summary>
    public DeviceMatrix Upload<T>(DeviceTurn turn, Matrix<T> matrix) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isTransposed = !Packing.IsDense(matrix) && Packing.IsDense(matrix.Transposed);
        Matrix<T> dense = isTransposed ? matrix.Transposed : matrix;
        if (!Packing.IsDense(dense) || Find(dense) is not { } operand)
            return turn.Upload(matrix);

        Span<T> elements = dense.Span[..(dense.Rows * dense.Columns)];
        if (!operand.IsSent || !Packing.Holds<T>(operand.Pinned.Address, elements))
        {
            operand.IsSent = false;
            Packing.Pack<T>(elements, operand.Pinned.Address);
            turn.ToCard<T>(operand.Pinned.Address, operand.Memory.Address, elements.Length);
            operand.IsSent = true;
        }

        return DeviceMatrix.Of(operand.Memory.Address, matrix, isTransposed);
    }

    /// <summary>Takes it that the card holds none of the operands any more.</summary>
    public void Forget()
    {
        foreach (Operand operand in operands.Values)
            operand.IsSent = false;
    }

    /// <summary>Gives all memory back to the pools.</summary>
    public void Clear()
    {
        foreach (Operand operand in operands.Values)
            GiveBack(operand);
        operands.Clear();
    }

    // The operand that lies there, or a new one; null where there is no room for it.
    private unsafe Operand? Find<T>(Matrix<T> dense) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Identity identity = new((nint)Unsafe.AsPointer(ref dense.Span[0]), dense.Rows, dense.Columns, sizeof(T));
        if (!operands.TryGetValue(identity, out Operand? operand))
        {
            nint needed = (nint)dense.Rows * dense.Columns * sizeof(T);
            if (!MakeRoom(needed))
                return null;
            operand = Allocate(needed);
            operands.Add(identity, operand);
        }

        operand.LastTurn = device.Turns;
        return operand;
    }

    private Operand Allocate(nint needed)
    {
        MemoryPool.Block memory = device.Memory.Rent(needed);
        try
        {
            Operand operand = new() { Memory = memory, Pinned = device.Pinned.Rent(needed) };
            bytes += operand.Memory.Bytes;
            return operand;
        }
        catch
        {
            device.Memory.Return(memory);
            throw;
        }
    }

    private bool MakeRoom(nint needed)
    {
        while (bytes + MemoryPool.SizeOf(needed) > mostBytes)
        {
            if (!LetOldestGo())
                return false;
        }

        return true;
    }

    // Lets the one go that was not used for longest, but none of this turn: its product has still to read it.
    private bool LetOldestGo()
    {
        if (operands.Count == 0)
            return false;
        (Identity identity, Operand oldest) = operands.MinBy(pair => pair.Value.LastTurn);
        if (oldest.LastTurn == device.Turns)
            return false;
        operands.Remove(identity);
        GiveBack(oldest);
        return true;
    }

    private void GiveBack(Operand operand)
    {
        device.Memory.Return(operand.Memory);
        device.Pinned.Return(operand.Pinned);
        bytes -= operand.Memory.Bytes;
    }
}
