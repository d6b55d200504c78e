using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using RefNet.Backends;
using RefNet.Backends.Simd;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Gpu;

/// <summary>
/// An NVIDIA card, for float and double: tensors stay there, cuBLAS multiplies, and everything else is a kernel of
/// <c>Kernels/</c>. <c>ReferenceBackend</c> defines what each operation computes.
/// </summary>
/// <remarks>
/// <para>Operations run asynchronously in one stream; the host waits only when it reads numbers, and errors of the card
/// are reported then, too. The same operands give the same bits: one stream, one cuBLAS, sums in a fixed order.</para>
/// <para>Numbers are transferred where a tensor was last written on the other side; <see cref="Crossings"/> says for
/// which layer. Numbers left on the card when the backend is disposed of can no longer be read. Open one with
/// <see cref="CudaProbe.OpenBackend"/>; it is used by one thread at a time.</para>
/// </remarks>
public sealed partial class CudaBackend<T> : IBackend<T>, IDeviceMemory<T>, IDisposable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The largest amount of pinned memory that uploads use before they wait for the card.
    private const long MostStagedBytes = 1L << 28;

    private readonly CudaDevice device;
    private readonly CudaKernels<T> kernels;
    private readonly CudnnPlans<T>? cudnn;
    private readonly MemoryPool memory;
    private readonly HashSet<nint> allocated = [];
    private readonly ConcurrentQueue<MemoryPool.Block> returned = [];
    private readonly List<MemoryPool.Block> staged = [];
    private readonly Stack<string> layers = [];
    private readonly SimdBackend<T> host = new();
    private long stagedBytes;
    private MemoryPool.Block scratch;
    private bool isDisposed;

    internal CudaBackend(CudaDevice device, CudaOptions options)
    {
        this.device = device;
        Options = options;
        memory = new MemoryPool(AllocateOnCard, FreeOnCard) { Spare = TakeBackWhatNobodyRefersTo };
        try
        {
            if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
                throw new NotSupportedException($"The kernels know float and double, not {typeof(T).Name}.");
            using DeviceTurn turn = device.TakeTurn();
            device.Api.Blas.SetTf32(device.Blas, options.AllowTf32);
            if (options.UseCudnn)
            {
                device.OpenCudnn();
                cudnn = new CudnnPlans<T>(this);
            }

            if (options.UseGraphs)
                device.UseGraphs(options.RecordsAtOnce);
            kernels = new CudaKernels<T>(device);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name => (Options.UseCudnn, Options.AllowTf32) switch
    {
        (false, false) => "cuda",
        (false, true) => "cuda (TF32)",
        (true, false) => "cuda (cuDNN)",
        (true, true) => "cuda (cuDNN, TF32)",
    };

    /// <summary>The name of the card.</summary>
    public string DeviceName => device.Name;

    /// <summary>The options of this backend.</summary>
    public CudaOptions Options { get; }

    /// <summary>The transfers between host and card, by layer.</summary>
    public Crossings Crossings { get; } = new();

    internal CudaDevice Device => device;

    /// <summary>The convolutions of cuDNN; null where it is not used.</summary>
    internal CudnnPlans<T>? CudnnPlans => cudnn;

    /// <summary>Bytes of the card that this backend has allocated so far, including those that it has freed since.</summary>
    internal long AllocatedBytes { get; private set; }

    /// <inheritdoc/>
    public void Enter(string layer) => layers.Push(layer);

    /// <inheritdoc/>
    public void Leave() => layers.Pop();

    /// <inheritdoc/>
    public IConvolution<T> Convolution(ConvolutionGeometry geometry, int groups)
    {
        DeviceConvolution<T> byColumns = new(this, geometry, groups);
        return cudnn is null || byColumns.ReadsImages ? byColumns : new CudnnConvolution<T>(this, cudnn, geometry, groups, byColumns);
    }

    /// <inheritdoc/>
    public IPooling<T> MaxPooling(PoolingGeometry geometry) => new DeviceMaxPooling<T>(this, geometry);

    /// <inheritdoc/>
    public IPooling<T> AveragePooling(PoolingGeometry geometry, bool countPadding) => new DevicePooling<T>(this, geometry, isMean: true, countPadding);

    /// <inheritdoc/>
    public IPooling<T> SumPooling(PoolingGeometry geometry) => new DevicePooling<T>(this, geometry, isMean: false, countPadding: false);

    /// <inheritdoc/>
    public DeviceCopy<T> Allocate(int count)
    {
        using DeviceTurn turn = device.TakeTurn();
        return new CudaCopy<T>(this, Rent(count), count);
    }

    /// <inheritdoc/>
    public bool Owns(DeviceCopy<T> copy) => copy is CudaCopy<T> ours && ours.Backend == this;

    /// <summary>Waits until all work of the card is done.</summary>
    /// <exception cref="CudaException">Some of the work failed.</exception>
    public void Wait()
    {
        using DeviceTurn turn = device.TakeTurn();
        Wait(turn);
    }

    /// <inheritdoc/>
    public void Submit()
    {
        using DeviceTurn turn = device.TakeTurn();
        device.Submit();
    }

    /// <summary>Releases the card.</summary>
    public void Dispose()
    {
        if (isDisposed)
            return;
        isDisposed = true;
        try
        {
            using DeviceTurn turn = device.TakeTurn();
            device.DropCollected();
            device.Api.Driver.TrySynchronize(device.Stream);
            GiveBackStaged();
            kernels.Unload();
            cudnn?.Destroy();
            foreach (nint address in allocated)
                device.Api.Driver.Free(address);
        }
        catch (CudaException)
        {
            // The card can no longer be reached, so nothing can be done.
        }

        device.Dispose();
    }

    /// <summary>Copies numbers to the card, asynchronously: they are copied to pinned memory first.</summary>
    internal void Upload(ReadOnlySpan<T> numbers, CudaCopy<T> copy)
    {
        if (Options.Strict && copy.ComputedBy is { } layer)
            throw Unexpected($"asks for the tensor {copy.Shape} on the card, where {layer} had computed it before the host changed it");
        using DeviceTurn turn = device.TakeTurn();
        MemoryPool.Block pinned = device.Pinned.Rent((nint)numbers.Length * Unsafe.SizeOf<T>());
        staged.Add(pinned);
        stagedBytes += pinned.Bytes;
        Packing.Pack(numbers, pinned.Address);
        device.Do(new Transfer(ToCard: true, copy.Address, pinned.Address, (nint)numbers.Length * Unsafe.SizeOf<T>()));
        copy.ComputedBy = null;
        Crossings.Add(Asking, toCard: true, numbers.Length, Unsafe.SizeOf<T>());
        if (stagedBytes > MostStagedBytes)
            Wait(turn);
    }

    /// <summary>Waits for the card, and copies numbers to the host.</summary>
    internal void Download(CudaCopy<T> copy, Span<T> numbers)
    {
        if (Options.Strict && layers.Count > 0)
            throw Unexpected($"reads the tensor {copy.Shape}, which {copy.ComputedBy} has computed on the card, on the host");
        using DeviceTurn turn = device.TakeTurn();
        Download(turn, copy.Address, numbers);
    }

    internal void Clear(CudaCopy<T> copy, int count)
    {
        using DeviceTurn turn = device.TakeTurn();
        kernels.ForEach("fill", count, count, T.Zero, copy.Address);
    }

    /// <summary>Takes memory back, from any thread; work that still uses it precedes any later work in the stream.</summary>
    internal void GiveBack(MemoryPool.Block block) => returned.Enqueue(block);

    // The layer or operation that is computing.
    private string Asking => layers.TryPeek(out string? layer) ? layer : "";

    private InputException Unexpected(string what) => new(
        $"{(Asking.Length == 0 ? "The host" : Asking)} {what}: CudaOptions.Strict allows only what has to cross. Use operations of Backend, or turn Strict off.");

    // Addresses of operands, and then of results: a result may be an operand.
    internal nint Read(Tensor<T> x) => On(x, Access.Read);

    internal nint Write(Tensor<T> y) => On(y, Access.Write);

    internal nint Change(Tensor<T> y) => On(y, Access.ReadWrite);

    private nint On(Tensor<T> x, Access access)
    {
        CudaCopy<T> copy = (CudaCopy<T>)x.On(this, access);
        copy.Shape = x.Shape;
        if (access != Access.Read)
            copy.ComputedBy = layers.TryPeek(out string? layer) ? layer : "an operation";
        return copy.Address;
    }

    /// <summary>Launches an elementwise kernel, within a turn.</summary>
    internal void ForEach(string kernel, int elements, params ReadOnlySpan<KernelArgument<T>> arguments)
    {
        using DeviceTurn turn = device.TakeTurn();
        kernels.ForEach(kernel, elements, arguments);
    }

    /// <summary>Launches a kernel of cooperating blocks, within a turn.</summary>
    internal void Blocks(string kernel, int blocks, int terms, params ReadOnlySpan<KernelArgument<T>> arguments)
    {
        using DeviceTurn turn = device.TakeTurn();
        kernels.Blocks(kernel, blocks, terms, arguments);
    }

    /// <summary>Memory for temporary results of one operation. Operations run one after another in one stream, so all share it.</summary>
    internal nint Scratch(long elements)
    {
        if (scratch.Bytes < elements * Unsafe.SizeOf<T>())
        {
            using DeviceTurn turn = device.TakeTurn();
            MemoryPool.Block smaller = scratch;
            scratch = default;
            if (smaller.Bytes > 0)
                memory.Return(smaller);
            scratch = Rent(elements);
        }

        return scratch.Address;
    }

    // A number that a kernel has written to the scratch memory.
    private T NumberAt(nint address)
    {
        T number = default;
        using DeviceTurn turn = device.TakeTurn();
        Download(turn, address, new Span<T>(ref number));
        return number;
    }

    private void Download(DeviceTurn turn, nint address, Span<T> numbers)
    {
        nint pinned = turn.Pinned<T>(numbers.Length);
        device.Do(new Transfer(ToCard: false, address, pinned, (nint)numbers.Length * Unsafe.SizeOf<T>()));
        Wait(turn);
        Packing.Unpack(pinned, numbers);
        Crossings.Add(Asking, toCard: false, numbers.Length, Unsafe.SizeOf<T>());
    }

    private void Wait(DeviceTurn turn)
    {
        try
        {
            turn.Wait();
        }
        catch
        {
            device.Times?.Drop();
            throw;
        }

        GiveBackStaged();
    }

    private void GiveBackStaged()
    {
        foreach (MemoryPool.Block block in staged)
            device.Pinned.Return(block);
        staged.Clear();
        stagedBytes = 0;
    }

    private MemoryPool.Block Rent(long elements)
    {
        TakeBackReturned();
        return memory.Rent((nint)(elements * Unsafe.SizeOf<T>()));
    }

    private bool TakeBackReturned()
    {
        bool any = false;
        while (returned.TryDequeue(out MemoryPool.Block block))
        {
            memory.Return(block);
            any = true;
        }

        // A launch that waits to become one with the next must not find its memory in use by that one for something else.
        if (any)
            device.Submit();
        return any;
    }

    // Tensors that were dropped without LeaveDevice return their memory when they are garbage-collected.
    private bool TakeBackWhatNobodyRefersTo()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return TakeBackReturned();
    }

    private nint AllocateOnCard(nint bytes)
    {
        nint address = device.Api.Driver.Allocate(bytes);
        allocated.Add(address);
        AllocatedBytes += bytes;
        return address;
    }

    // Work in the stream may still use memory that is idle here.
    private void FreeOnCard(nint address)
    {
        device.FinishBeforeFreeing();
        device.Api.Driver.Free(address);
        allocated.Remove(address);
    }
}
