using System.Reflection;
using System.Runtime.InteropServices;
using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Gpu;
using RefNet.Gpu.Api;

namespace RefNet.Tests.Gpu.Fake;

/// <summary>
/// A CUDA that computes on the processor, more strict than a card. Work waits in its queue until somebody waits for it, so
/// that what is read too early, or changed too early, shows. Memory of the card is filled with NaN, within and beside it,
/// and it must be reached by addresses that lie in it. Handles must be of the right kind and still be there, the driver must have been started, and
/// the context be current and retained. Calls are recorded, and any can be made to fail.
/// </summary>
/// <remarks>Native functions have no instance: one fake at a time, for the tests of one thread and the threads that it starts.</remarks>
internal sealed unsafe partial class FakeCuda : IDisposable
{
    // cuda.h
    public const int InvalidValue = 1;
    public const int NotInitialized = 3;
    public const int InvalidDevice = 101;
    public const int InvalidContext = 201;
    public const int NoBinaryForGpu = 209;
    public const int InvalidHandle = 400;
    public const int NotFound = 500;
    public const int NotReady = 600;
    public const int LaunchFailed = 700;

    // On both sides of what is allocated, to see who writes or reads beside it.
    private const int Guard = 4096;

    private static FakeCuda? current;
    private static nint contexts = 70_000;

    [ThreadStatic]
    private static nint contextOfThread;

    private readonly Lock gate = new();
    private readonly List<string> calls = [];
    private readonly Dictionary<nint, (string Kind, long Bytes, int Age)> live = [];
    private readonly Dictionary<nint, (nint Module, FakeFunction Function)> functions = [];
    private readonly Dictionary<nint, nint> streamsOfLibraries = [];
    private readonly Dictionary<nint, int?> marks = [];
    private readonly Queue<(string Call, Action Work)> queue = [];
    private nint nextHandle = 1000;
    private int? failAt;
    private string? failName;
    private int failStatus;
    private int clock;

    public FakeCuda()
    {
        Assert.That(current, Is.Null, "another test has left its fake");
        current = this;
        contextOfThread = 0;
    }

    /// <summary>What was called, in order.</summary>
    public IReadOnlyList<string> Calls => calls;

    /// <summary>What the program did that a card would not forgive, or would not even notice.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>What was made and not given back: kind and size.</summary>
    public IEnumerable<string> Live => live.Values.Select(item => $"{item.Kind} {item.Bytes}");

    /// <summary>The products that cuBLAS was asked for.</summary>
    public List<string> Products { get; } = [];

    /// <summary>The descriptions that cuDNN was given, by handle.</summary>
    public Dictionary<nint, object> Descriptions { get; } = [];

    /// <summary>How many of its algorithms cuDNN offers: five that must not be taken, one by products, Fourier transforms of tiles, and Winograd's.</summary>
    public int CudnnAlgorithms { get; init; } = 8;

    /// <summary>Bytes that crossed the bus to the card.</summary>
    public long BytesToCard { get; set; }

    /// <summary>How many devices there are.</summary>
    public int Devices { get; init; } = 1;

    /// <summary>The memory of the card, in bytes.</summary>
    public long DeviceBytes { get; set; } = 1L << 30;

    /// <summary>The generation of the card.</summary>
    public (int Major, int Minor) Capability { get; init; } = (9, 0);

    /// <summary>The generations that the compiler knows.</summary>
    public int[] Architectures { get; init; } = [75, 80, 86, 89, 90, 100, 120];

    /// <summary>The newest CUDA of the driver.</summary>
    public int DriverVersion { get; init; } = 13020;

    /// <summary>Whether cuInit was called.</summary>
    public bool IsInitialized { get; set; }

    /// <summary>A kernel that does nothing when it is launched.</summary>
    public string? BrokenKernel { get; init; }

    /// <summary>The grid that every kernel runs on, whatever was asked for; kernels must do with any.</summary>
    public (int Blocks, int Threads)? Grid { get; init; }

    /// <summary>What the compiler was asked.</summary>
    public List<string> CompilerOptions { get; } = [];

    /// <summary>What the compiler says of a source that does not compile; null where it does.</summary>
    public string? CompilerLog { get; init; }

    /// <summary>A context.</summary>
    public nint Context { get; } = ++contexts;

    /// <summary>The fake that native functions speak for.</summary>
    public static FakeCuda Current => current!;

    /// <summary>The functions of a class with native functions, by their names.</summary>
    public static NativeExports Exports(Type functions) => new($"fake {functions.Name}", name =>
        functions.GetMethod(name, BindingFlags.Static | BindingFlags.Public)?.MethodHandle.GetFunctionPointer() ?? 0);

    /// <summary>The tables of functions.</summary>
    public static CudaApi CreateApi() => new(
        new CudaDriver(Exports(typeof(FakeDriver))), new CudaBlas(Exports(typeof(FakeBlas))), new CudaCompiler(Exports(typeof(FakeCompiler))),
        new Lazy<Cudnn>(() => new Cudnn(Exports(typeof(FakeCudnn)))));

    /// <summary>A search that finds this fake, with or without cuDNN.</summary>
    public static CudaSearch CreateSearch(bool hasCudnn = true) => new(
        IsWindows: false, _ => null, _ => [], name => Exports(name.StartsWith("libcuda.", StringComparison.Ordinal) ? typeof(FakeDriver)
            : name.StartsWith("libcublas.", StringComparison.Ordinal) ? typeof(FakeBlas)
            : name.StartsWith("libcudnn.", StringComparison.Ordinal) ? hasCudnn ? typeof(FakeCudnn) : throw new DllNotFoundException("no such file") : typeof(FakeCompiler)));

    /// <summary>Matrix products on this fake, all of them, however small.</summary>
    public static CudaGemm CreateGemm(CudaOptions? options = null) =>
        new(new CudaDevice(CreateApi()), options ?? new CudaOptions { SmallestProduct = 0 });

    /// <summary>Makes one call fail, counted from 0 over all that are still to come.</summary>
    public void FailAt(int call, int status) => FailAt(name: null, call, status);

    /// <summary>Makes the first call of a name fail, from the given one on: which call that is may depend on what a collection of garbage releases before it.</summary>
    public void FailAt(string? name, int from, int status) => (failName, failAt, failStatus) = (name, calls.Count + from, status);

    /// <summary>Begins a call: whatever happens in it becomes a status.</summary>
    public static int Call(string name, Func<FakeCuda, int> body, Needs needs = Needs.Context)
    {
        FakeCuda fake = Current;
        lock (fake.gate)
        {
            try
            {
                fake.calls.Add(name);
                if (fake.Fails(name))
                {
                    fake.InvalidateCapture();
                    return fake.failStatus;
                }

                if (needs != Needs.Nothing && !fake.IsInitialized)
                    return NotInitialized;
                if (needs == Needs.Context && (contextOfThread != fake.Context || fake.Retains == 0))
                    return InvalidContext;
                return fake.RefusesToCapture(name) ? CaptureUnsupported : body(fake);
            }
            catch (Exception error)
            {
                fake.Faults.Add($"{name}: {error.Message}");
                fake.InvalidateCapture();
                return 999;
            }
        }
    }

    private bool Fails(string name)
    {
        if (failAt is null || calls.Count - 1 < failAt || (failName is not null && name != failName))
            return false;
        failAt = null;
        return true;
    }

    /// <summary>The context of another library; nothing of ours works in it.</summary>
    public nint ForeignContext { get; } = ++contexts;

    /// <summary>What is current on this thread, 0 for none.</summary>
    public nint ContextOfThread => contextOfThread;

    /// <summary>Makes a context current on this thread, or none.</summary>
    public int SetCurrent(nint context)
    {
        if (context != 0 && context != Context && context != ForeignContext)
            return InvalidContext;
        contextOfThread = context;
        return 0;
    }

    /// <summary>Makes something that has to be given back.</summary>
    public nint Make(string kind)
    {
        live.Add(++nextHandle, (kind, 0, allocations));
        return nextHandle;
    }

    /// <summary>How often the context was retained and not released.</summary>
    public int Retains { get; set; }

    /// <summary>What a handle is one of.</summary>
    public string KindOf(nint handle) => live.TryGetValue(handle, out (string Kind, long Bytes, int Age) item) ? item.Kind : "nothing";

    /// <summary>Whether a handle is one of these.</summary>
    public bool Has(string kind, nint handle) => KindOf(handle) == kind;

    /// <summary>A kernel, which lives as long as its module and is not given back.</summary>
    public nint MakeFunction(nint module, string name, bool inDouble)
    {
        functions.Add(++nextHandle, (module, new FakeFunction(name, inDouble)));
        return nextHandle;
    }

    /// <summary>A kernel by its handle; null where it or its module is not there.</summary>
    public FakeFunction? FunctionOf(nint handle) => functions.TryGetValue(handle, out (nint Module, FakeFunction Function) item) && live.ContainsKey(item.Module) ? item.Function : null;

    /// <summary>What a handle that is still there was given as its description; null where it is of another kind or has none.</summary>
    public TDescription? Described<TDescription>(string kind, nint handle) where TDescription : class =>
        Has(kind, handle) && Descriptions.TryGetValue(handle, out object? description) ? description as TDescription : null;

    /// <summary>Says in which queue a cuBLAS or cuDNN works.</summary>
    public void SetStream(nint library, nint stream) => streamsOfLibraries[library] = stream;

    /// <summary>Whether a cuBLAS or cuDNN works in a queue; the default queue, where it works otherwise, would not wait for the copies.</summary>
    public bool HasStream(nint library) => streamsOfLibraries.TryGetValue(library, out nint stream) && Has("stream", stream);

    /// <summary>Sets a mark behind all work of the queue. The clock of this card ticks once for each piece of work.</summary>
    public int Record(nint mark)
    {
        marks[mark] = null;
        queue.Enqueue(("cuEventRecord", () => marks[mark] = clock));
        return 0;
    }

    /// <summary>The ticks between two marks.</summary>
    public int Elapsed(nint start, nint end, out int ticks)
    {
        ticks = 0;
        if (!marks.TryGetValue(start, out int? from) || !marks.TryGetValue(end, out int? to))
            return InvalidHandle;
        if (from is null || to is null)
            return NotReady;
        ticks = to.Value - from.Value;
        return 0;
    }

    /// <summary>Takes back what was made.</summary>
    public int GiveBack(string kind, nint handle)
    {
        if (!live.Remove(handle, out (string Kind, long Bytes, int Age) item) || item.Kind != kind)
            throw new InvalidOperationException($"{handle} is no {kind} that is there.");
        return 0;
    }

    /// <summary>Allocates memory, filled with NaN.</summary>
    public int Allocate(string kind, nint* address, nuint bytes)
    {
        if (bytes == 0)
            return InvalidValue;
        if (kind == FakeDriver.Card && live.Values.Where(item => item.Kind == kind).Sum(item => item.Bytes) + (long)bytes > DeviceBytes)
            return CudaDriver.OutOfMemory;
        byte* memory = (byte*)NativeMemory.AlignedAlloc(bytes + 2 * Guard, 256);
        NativeMemory.Fill(memory, bytes + 2 * Guard, 0xFF);
        *address = (nint)(memory + Guard);
        live.Add(*address, (kind, (long)bytes, ++allocations));
        return 0;
    }

    /// <summary>Frees memory; work in the queue that still uses it will not find it.</summary>
    public int Free(string kind, nint address)
    {
        long bytes = live.TryGetValue(address, out (string Kind, long Bytes, int Age) item) ? item.Bytes : 0;
        GiveBack(kind, address);
        bool isWhole = !new ReadOnlySpan<byte>((void*)(address - Guard), Guard).ContainsAnyExcept((byte)0xFF)
            && !new ReadOnlySpan<byte>((void*)(address + (nint)bytes), Guard).ContainsAnyExcept((byte)0xFF);
        NativeMemory.AlignedFree((void*)(address - Guard));
        return isWhole ? 0 : throw new InvalidOperationException($"Something was written beside {bytes} bytes of {kind} memory.");
    }

    /// <summary>Checks that some memory is there, and for the work of a graph, that it is the one that was there when it was recorded.</summary>
    public void* Memory(string kind, nint address, long bytes)
    {
        foreach ((nint start, (string itsKind, long size, int age)) in live)
        {
            if (itsKind == kind && address >= start && address + bytes <= start + size)
                return age <= newestForWork ? (void*)address : throw new InvalidOperationException($"A graph uses {kind} memory that was freed after it was recorded, and allocated again.");
        }

        throw new InvalidOperationException($"{bytes} bytes at {address} do not lie in {kind} memory.");
    }

    /// <summary>Puts work in the queue.</summary>
    public int Enqueue(string call, Action work)
    {
        if (captured is null)
            queue.Enqueue((call, WorkAndTick));
        else
            captured.Add((call, work));
        return 0;

        void WorkAndTick()
        {
            work();
            clock++;
        }
    }

    /// <summary>Does all work of the queue.</summary>
    public int Drain()
    {
        bool isWhole = true;
        // A card does not work on the host's threads, however many a test allows.
        int threads = ParallelLoop.MaxThreads;
        ParallelLoop.MaxThreads = 1;
        try
        {
            while (queue.TryDequeue(out (string Call, Action Work) item))
                isWhole &= IsDone(item.Call, item.Work);
        }
        finally
        {
            ParallelLoop.MaxThreads = threads;
        }

        return isWhole ? 0 : LaunchFailed;
    }

    private bool IsDone(string call, Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (Exception error)
        {
            Faults.Add($"{call}: {error.Message}");
            return false;
        }
    }

    public void Dispose()
    {
        foreach ((nint address, (_, long bytes, _)) in live)
        {
            if (bytes > 0)
                NativeMemory.AlignedFree((void*)(address - Guard));
        }

        current = null;
    }

    /// <summary>Asserts that nothing was done that must not be, and that everything was given back.</summary>
    public void AssertClean()
    {
        Assert.That(Faults, Is.Empty);
        Assert.That(Live, Is.Empty, "something was not given back");
        Assert.That(Retains, Is.Zero, "the context was not released");
    }
}

/// <summary>What a call needs to have happened before it.</summary>
internal enum Needs
{
    Nothing,
    Initialization,
    Context,
}
