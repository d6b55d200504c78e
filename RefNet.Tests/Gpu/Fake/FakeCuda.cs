using System.Reflection;
using System.Runtime.InteropServices;
using NUnit.Framework;
using RefNet.Gpu;
using RefNet.Gpu.Api;

namespace RefNet.Tests.Gpu.Fake;

/// <summary>
/// A CUDA that computes on the processor, more strict than a card. Work waits in its queue until somebody waits for it, so
/// that what is read too early, or changed too early, shows. Memory of the card is filled with NaN, and it must be reached
/// by addresses that lie in it. Calls are recorded, and any can be made to fail.
/// </summary>
/// <remarks>Native functions have no instance: one fake at a time, for the tests of one thread and the threads that it starts.</remarks>
internal sealed unsafe class FakeCuda : IDisposable
{
    public const int InvalidContext = 201;

    private static FakeCuda? current;

    [ThreadStatic]
    private static nint contextOfThread;

    private readonly Lock gate = new();
    private readonly List<string> calls = [];
    private readonly Dictionary<nint, (string Kind, long Bytes)> live = [];
    private readonly List<FakeFunction> functions = [];
    private readonly Queue<(string Call, Action Work)> queue = [];
    private nint nextHandle = 1000;
    private int? failAt;
    private int failStatus;

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

    /// <summary>Bytes that crossed the bus to the card.</summary>
    public long BytesToCard { get; set; }

    /// <summary>How many devices there are.</summary>
    public int Devices { get; init; } = 1;

    /// <summary>The memory of the card, in bytes.</summary>
    public long DeviceBytes { get; init; } = 1L << 30;

    /// <summary>What runs the kernels: code in the test, or the kernels themselves as the host's compiler made them.</summary>
    public IKernelRunner Kernels { get; init; } = new ManagedKernels();

    /// <summary>What the compiler was asked.</summary>
    public List<string> CompilerOptions { get; } = [];

    /// <summary>What the compiler says of a source that does not compile; null where it does.</summary>
    public string? CompilerLog { get; init; }

    /// <summary>A context.</summary>
    public nint Context { get; } = 77;

    /// <summary>The fake that native functions speak for.</summary>
    public static FakeCuda Current => current!;

    /// <summary>The functions of a class with native functions, by their names.</summary>
    public static NativeExports Exports(Type functions) => new($"fake {functions.Name}", name =>
        functions.GetMethod(name, BindingFlags.Static | BindingFlags.Public)?.MethodHandle.GetFunctionPointer() ?? 0);

    /// <summary>The tables of functions.</summary>
    public static CudaApi CreateApi() => new(
        new CudaDriver(Exports(typeof(FakeDriver))), new CudaBlas(Exports(typeof(FakeBlas))), new CudaCompiler(Exports(typeof(FakeCompiler))));

    /// <summary>A search that finds this fake.</summary>
    public static CudaSearch CreateSearch() => new(
        IsWindows: false, _ => null, _ => false, name => Exports(name.StartsWith("libcuda.", StringComparison.Ordinal) ? typeof(FakeDriver)
            : name.StartsWith("libcublas.", StringComparison.Ordinal) ? typeof(FakeBlas) : typeof(FakeCompiler)));

    /// <summary>Matrix products on this fake, all of them, however small.</summary>
    public static CudaGemm CreateGemm(CudaOptions? options = null) =>
        new(new CudaDevice(CreateApi()), options ?? new CudaOptions { Costs = CostModel.Always });

    /// <summary>Makes one call fail, counted from 0 over all that are still to come.</summary>
    public void FailAt(int call, int status)
    {
        failAt = calls.Count + call;
        failStatus = status;
    }

    /// <summary>Begins a call: whatever happens in it becomes a status.</summary>
    public static int Call(string name, Func<FakeCuda, int> body, bool needsContext = true)
    {
        FakeCuda fake = Current;
        lock (fake.gate)
        {
            try
            {
                fake.calls.Add(name);
                if (fake.calls.Count - 1 == fake.failAt)
                    return fake.failStatus;
                return needsContext && contextOfThread != fake.Context ? InvalidContext : body(fake);
            }
            catch (Exception error)
            {
                fake.Faults.Add($"{name}: {error.Message}");
                return 999;
            }
        }
    }

    /// <summary>Makes a context current on this thread.</summary>
    public static void SetCurrent(nint context) => contextOfThread = context;

    /// <summary>Makes something that has to be given back.</summary>
    public nint Make(string kind)
    {
        live.Add(++nextHandle, (kind, 0));
        return nextHandle;
    }

    /// <summary>How often the context was retained and not released.</summary>
    public int Retains { get; set; }

    /// <summary>What a handle is one of.</summary>
    public string KindOf(nint handle) => live.TryGetValue(handle, out (string Kind, long) item) ? item.Kind : "nothing";

    /// <summary>A kernel, which lives as long as its module and is not given back.</summary>
    public nint MakeFunction(string name, bool inDouble)
    {
        functions.Add(new FakeFunction(name, inDouble));
        return functions.Count;
    }

    /// <summary>A kernel by its handle.</summary>
    public FakeFunction FunctionOf(nint handle) => functions[(int)handle - 1];

    /// <summary>Takes back what was made.</summary>
    public int GiveBack(string kind, nint handle)
    {
        if (!live.Remove(handle, out (string Kind, long) item) || item.Kind != kind)
            throw new InvalidOperationException($"{handle} is no {kind} that is there.");
        return 0;
    }

    /// <summary>Allocates memory, filled with NaN.</summary>
    public int Allocate(string kind, nint* address, nuint bytes)
    {
        if (kind == FakeDriver.Card && live.Values.Where(item => item.Kind == kind).Sum(item => item.Bytes) + (long)bytes > DeviceBytes)
            return CudaDriver.OutOfMemory;
        *address = (nint)NativeMemory.AlignedAlloc(bytes, 256);
        NativeMemory.Fill((void*)*address, bytes, 0xFF);
        live.Add(*address, (kind, (long)bytes));
        return 0;
    }

    /// <summary>Frees memory; work in the queue that still uses it will not find it.</summary>
    public int Free(string kind, nint address)
    {
        GiveBack(kind, address);
        NativeMemory.AlignedFree((void*)address);
        return 0;
    }

    /// <summary>Checks that some memory is there.</summary>
    public void* Memory(string kind, nint address, long bytes)
    {
        foreach ((nint start, (string itsKind, long size)) in live)
        {
            if (itsKind == kind && address >= start && address + bytes <= start + size)
                return (void*)address;
        }

        throw new InvalidOperationException($"{bytes} bytes at {address} do not lie in {kind} memory.");
    }

    /// <summary>Puts work in the queue.</summary>
    public int Enqueue(string call, Action work)
    {
        queue.Enqueue((call, work));
        return 0;
    }

    /// <summary>Does all work of the queue.</summary>
    public int Drain()
    {
        bool isWhole = true;
        while (queue.TryDequeue(out (string Call, Action Work) item))
        {
            try
            {
                item.Work();
            }
            catch (Exception error)
            {
                Faults.Add($"{item.Call}: {error.Message}");
                isWhole = false;
            }
        }

        return isWhole ? 0 : 700;
    }

    public void Dispose()
    {
        foreach ((nint address, (string kind, long bytes)) in live)
        {
            if (bytes > 0)
                NativeMemory.AlignedFree((void*)address);
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
