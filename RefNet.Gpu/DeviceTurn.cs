using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Gpu.Api;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>
/// The exclusive use of the device by one thread. Borrowed memory is returned at the end of its <c>using</c>,
/// whatever happened, and not before the device is done with it.
/// </summary>
internal sealed class DeviceTurn(CudaDevice device) : IDisposable
{
    private readonly List<MemoryPool.Block> borrowedMemory = [];
    private readonly List<MemoryPool.Block> borrowedPinned = [];
    private bool hasWorkUnderWay;

    /// <summary>Raised at the end of a turn that failed while the device had work to do: the contents of its memory are then unknown.</summary>
    public event Action? Failed;

    /// <summary>The device.</summary>
    public CudaDevice Device => device;

    /// <summary>Borrows memory of the card for the given number of elements; its contents are undefined.</summary>
    public nint Memory<T>(long elements) where T : unmanaged => Borrow(device.Memory, borrowedMemory, elements * Unsafe.SizeOf<T>());

    /// <summary>Borrows pinned memory for the given number of elements; its contents are undefined.</summary>
    public nint Pinned<T>(long elements) where T : unmanaged => Borrow(device.Pinned, borrowedPinned, elements * Unsafe.SizeOf<T>());

    /// <summary>Copies elements from pinned memory to the card, after all earlier work.</summary>
    public void ToCard<T>(nint pinned, nint memory, long elements) where T : unmanaged
    {
        Begin(StreamWork.Copies);
        device.Api.Driver.CopyToDevice(memory, pinned, (nint)elements * Unsafe.SizeOf<T>(), device.Stream);
        End();
    }

    /// <summary>Copies elements from the card to pinned memory, after all earlier work.</summary>
    public void ToHost<T>(nint memory, nint pinned, long elements) where T : unmanaged
    {
        Begin(StreamWork.Copies);
        device.Api.Driver.CopyToHost(pinned, memory, (nint)elements * Unsafe.SizeOf<T>(), device.Stream);
        End();
    }

    /// <summary>C = alpha op(A) op(B) + beta C, as cuBLAS sees them, after all earlier work: see <see cref="CudaBlas.Gemm"/>.</summary>
    public void Multiply<T>(
        bool transposeA, bool transposeB, int m, int n, int k,
        T alpha, nint a, int lda, nint b, int ldb, T beta, nint c, int ldc) where T : unmanaged
    {
        Begin(StreamWork.Products);
        device.Api.Blas.Gemm(device.Blas, transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
        End();
    }

    /// <summary>Copies a matrix to the card.</summary>
    public DeviceMatrix Upload<T>(Matrix<T> matrix) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long elements = (long)matrix.Rows * matrix.Columns;
        nint pinned = Pinned<T>(elements);
        nint memory = Memory<T>(elements);
        bool isTransposed = Packing.Pack(matrix, pinned);
        ToCard<T>(pinned, memory, elements);
        return DeviceMatrix.Of(memory, matrix, isTransposed);
    }

    /// <summary>Waits for the card, and copies row-major numbers from there into a matrix.</summary>
    public void Download<T>(nint memory, Matrix<T> matrix) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long elements = (long)matrix.Rows * matrix.Columns;
        nint pinned = Pinned<T>(elements);
        ToHost<T>(memory, pinned, elements);
        Wait();
        Packing.Unpack(pinned, matrix);
    }

    /// <summary>Waits until all work of the card is done.</summary>
    /// <exception cref="CudaException">Some of the work failed.</exception>
    public void Wait()
    {
        device.Submit();
        device.Api.Driver.Synchronize(device.Stream);
        device.Times?.AddUp();
        hasWorkUnderWay = false;
    }

    /// <summary>Ends the turn.</summary>
    public void Dispose()
    {
        if (hasWorkUnderWay)
        {
            // An error is being thrown. Memory must not be reused while the card may still use it.
            device.Api.Driver.TrySynchronize(device.Stream);
            hasWorkUnderWay = false;
            device.Times?.Drop();
            Failed?.Invoke();
        }

        GiveBack(device.Memory, borrowedMemory);
        GiveBack(device.Pinned, borrowedPinned);
        device.EndTurn();
    }

    private void Begin(StreamWork work)
    {
        hasWorkUnderWay = true;
        device.Times?.Begin(work, work.ToString());
    }

    private void End() => device.Times?.End();

    private static nint Borrow(MemoryPool pool, List<MemoryPool.Block> borrowed, long bytes)
    {
        MemoryPool.Block block = pool.Rent((nint)bytes);
        borrowed.Add(block);
        return block.Address;
    }

    private static void GiveBack(MemoryPool pool, List<MemoryPool.Block> borrowed)
    {
        foreach (MemoryPool.Block block in borrowed)
            pool.Return(block);
        borrowed.Clear();
    }
}
