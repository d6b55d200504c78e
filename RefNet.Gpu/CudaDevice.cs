using RefNet.Gpu.Api;

namespace RefNet.Gpu;

/// <summary>
/// A card with one stream, one cuBLAS, one cuDNN if it is wanted, and RefNet's memory there. One thread at a time has its turn, so that the
/// caller determines the order of the work, and with it every bit of the results.
/// </summary>
internal sealed class CudaDevice : IDisposable
{
    private readonly Lock gate = new();
    private readonly DeviceTurn turn;
    private readonly int device;
    private readonly nint context;
    private readonly StreamTimes times;
    private readonly CollectedWork collected;
    private nint workspace; // of cuBLAS; 0 for its own
    private volatile bool isMeasuring; // from the next turn on
    private bool measures;             // in this turn
    private bool isDisposed;

    /// <summary>Opens a device.</summary>
    /// <exception cref="CudaException">A call failed; nothing is left open.</exception>
    public CudaDevice(CudaApi api, int ordinal = 0)
    {
        Api = api;
        api.Driver.Initialize();
        device = api.Driver.Device(ordinal);
        Name = api.Driver.DeviceName(device);
        ComputeCapability = api.Driver.ComputeCapability(device);
        Multiprocessors = api.Driver.Multiprocessors(device);
        times = new StreamTimes(this);
        collected = new CollectedWork(this);
        Memory = new MemoryPool(api.Driver.Allocate, api.Driver.Free);
        Pinned = new MemoryPool(api.Driver.AllocatePinned, FreePinned);
        nint before = api.Driver.Current();
        context = api.Driver.RetainContext(device);
        try
        {
            api.Driver.SetCurrent(context);
            Stream = api.Driver.CreateStream();
            Blas = api.Blas.Create();
            api.Blas.SetStream(Blas, Stream);
        }
        catch
        {
            Release(isCurrent: api.Driver.TrySetCurrent(context));
            api.Driver.TrySetCurrent(before);
            throw;
        }

        turn = new DeviceTurn(this);
    }

    /// <summary>The functions of CUDA.</summary>
    public CudaApi Api { get; }

    /// <summary>The name of the card.</summary>
    public string Name { get; }

    /// <summary>Its generation.</summary>
    public (int Major, int Minor) ComputeCapability { get; }

    /// <summary>The number of multiprocessors.</summary>
    public int Multiprocessors { get; }

    /// <summary>The stream of all work.</summary>
    public nint Stream { get; }

    /// <summary>cuBLAS, on this stream.</summary>
    public nint Blas { get; }

    /// <summary>cuDNN, on this stream; 0 unless it was opened.</summary>
    public nint Cudnn { get; private set; }

    /// <summary>Memory of the card.</summary>
    public MemoryPool Memory { get; }

    /// <summary>Memory of the host that the card copies from and to.</summary>
    public MemoryPool Pinned { get; }

    /// <summary>Measures how long work takes; null unless measuring is on.</summary>
    public StreamTimes? Times => measures ? times : null;

    /// <summary>Raised once, before everything is released, when no thread has a turn any more.</summary>
    public event Action? Closing;

    /// <summary>Counts the turns.</summary>
    public long Turns { get; private set; }

    /// <summary>Waits until no other thread has its turn, and makes the device current on this one.</summary>
    /// <exception cref="InvalidOperationException">This thread already has a turn: the inner one would return memory that the outer one has borrowed.</exception>
    public DeviceTurn TakeTurn()
    {
        if (gate.IsHeldByCurrentThread)
            throw new InvalidOperationException("This thread has its turn with the device already.");
        gate.Enter();
        try
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            Api.Driver.SetCurrent(context);
            Turns++;
            if (isMeasuring && !measures)
            {
                times.Drop(); // work that was not waited for in the last measurement
                Submit();
            }

            measures = isMeasuring;
            return turn;
        }
        catch
        {
            gate.Exit();
            throw;
        }
    }

    /// <summary>The number of graphs.</summary>
    public int Graphs => collected.Count;

    /// <summary>The launch of a kernel that waits for the next, because it may become one with it; or null.</summary>
    public KernelLaunch? Held => collected.Held;

    /// <summary>Replaces the launch that waits for the next.</summary>
    public void ReplaceHeld(in KernelLaunch launch) => collected.Held = launch;

    /// <summary>Puts a piece of work into the stream, after all earlier work, at the latest before somebody waits.</summary>
    public void Do<TPiece>(in TPiece piece) where TPiece : struct, IStreamPiece => collected.Add(piece);

    /// <summary>Puts what was collected into the stream.</summary>
    public void Submit() => collected.Launch();

    /// <summary>Waits until all work of the stream is done, before memory that it may use is freed.</summary>
    /// <exception cref="CudaException">Work that was collected could not be put into the stream.</exception>
    public void FinishBeforeFreeing()
    {
        Submit();
        Api.Driver.TrySynchronize(Stream);
        collected.Forget();
    }

    /// <summary>Drops what was collected, and destroys all graphs.</summary>
    public void DropCollected() => collected.Dispose();

    /// <summary>Collects work from now on, to launch it as graphs, within a turn.</summary>
    /// <exception cref="CudaException">The driver has no graphs, or a call failed.</exception>
    public void UseGraphs(bool recordsAtOnce)
    {
        // In a graph, cuBLAS would allocate memory of its own; it gets as much as NVIDIA recommends for each generation.
        nint bytes = (ComputeCapability.Major is 9 or 10 ? 32 : 4) << 20;
        workspace = Memory.Allocate(bytes);
        Api.Blas.SetWorkspace(Blas, workspace, bytes);
        _ = Api.Driver.Graphs;
        (collected.UsesGraphs, collected.RecordsAtOnce) = (true, recordsAtOnce);
    }

    /// <summary>Starts cuDNN, within a turn.</summary>
    /// <exception cref="CudaException">It is missing, or a call failed.</exception>
    public void OpenCudnn()
    {
        Cudnn = Api.Cudnn.Value.Create();
        Api.Cudnn.Value.SetStream(Cudnn, Stream);
    }

    /// <summary>Ends the turn of this thread.</summary>
    public void EndTurn() => gate.Exit();

    /// <summary>Measures, from the next turn on, how long the card takes for each kind of work.</summary>
    public StreamTimes Measure()
    {
        isMeasuring = true;
        return times;
    }

    /// <summary>Stops measuring, from the next turn on.</summary>
    public void StopMeasuring() => isMeasuring = false;

    /// <summary>Releases everything.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (isDisposed)
                return;
            isDisposed = true;
            Closing?.Invoke();
            nint before = Api.Driver.TryGetCurrent();
            Release(Api.Driver.TrySetCurrent(context));
            // A context that may be gone must not stay current; that of another library stays.
            Api.Driver.TrySetCurrent(before == context ? 0 : before);
        }
    }

    // Nobody copies to or from it now, but a graph may.
    private void FreePinned(nint address)
    {
        collected.Forget();
        Api.Driver.FreePinned(address);
    }

    // Objects of the context can be released only while it is current; then the context itself, which needs none.
    private void Release(bool isCurrent)
    {
        if (isCurrent)
            ReleaseContents();
        Api.Driver.ReleaseContext(device);
    }

    private void ReleaseContents()
    {
        DropCollected();
        if (Stream != 0)
            Api.Driver.TrySynchronize(Stream);
        times.Dispose();
        Memory.Dispose();
        Pinned.Dispose();
        if (Cudnn != 0)
            Api.Cudnn.Value.Destroy(Cudnn);
        if (Blas != 0)
            Api.Blas.Destroy(Blas);
        if (workspace != 0)
            Api.Driver.Free(workspace);
        if (Stream != 0)
            Api.Driver.DestroyStream(Stream);
    }
}
