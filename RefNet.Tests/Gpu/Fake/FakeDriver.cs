using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace RefNet.Tests.Gpu.Fake;

/// <summary>The functions of the driver that RefNet calls, under the names of cuda.h.</summary>
internal static unsafe class FakeDriver
{
    public const string Card = "card";
    public const string PinnedHost = "pinned";

    private static readonly int[] embedded = [53, 62, 72, 87, 101, 110];
    private static readonly nint someName = Marshal.StringToCoTaskMemUTF8("CUDA_ERROR_OF_A_TEST");
    private static readonly nint someText = Marshal.StringToCoTaskMemUTF8("what a test wanted");

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuInit(uint flags) => FakeCuda.Call(nameof(cuInit), fake =>
    {
        fake.IsInitialized = flags == 0;
        return flags == 0 ? 0 : FakeCuda.InvalidValue;
    }, Needs.Nothing);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDriverGetVersion(int* version) => FakeCuda.Call(nameof(cuDriverGetVersion), fake => Set(version, fake.DriverVersion), Needs.Nothing);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDeviceGetCount(int* count) => FakeCuda.Call(nameof(cuDeviceGetCount), fake => Set(count, fake.Devices), Needs.Initialization);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDeviceGet(int* device, int ordinal) =>
        FakeCuda.Call(nameof(cuDeviceGet), fake => ordinal < fake.Devices ? Set(device, 40 + ordinal) : FakeCuda.InvalidDevice, Needs.Initialization);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDeviceGetName(byte* name, int length, int device) => FakeCuda.Call(nameof(cuDeviceGetName), fake =>
    {
        if (!IsDevice(fake, device))
            return FakeCuda.InvalidDevice;
        Encoding.UTF8.GetBytes($"Fake Card {device - 40}\0", new Span<byte>(name, length));
        return 0;
    }, Needs.Initialization);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDeviceTotalMem_v2(nuint* bytes, int device) => FakeCuda.Call(nameof(cuDeviceTotalMem_v2), fake => IsDevice(fake, device) ? Set(bytes, (nuint)fake.DeviceBytes) : FakeCuda.InvalidDevice, Needs.Initialization);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDeviceGetAttribute(int* value, int attribute, int device) => FakeCuda.Call(nameof(cuDeviceGetAttribute), fake =>
    {
        int? found = attribute switch { 16 => 2, 75 => fake.Capability.Major, 76 => fake.Capability.Minor, _ => null };
        if (!IsDevice(fake, device))
            return FakeCuda.InvalidDevice;
        return found is { } number ? Set(value, number) : FakeCuda.InvalidValue;
    }, Needs.Initialization);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDevicePrimaryCtxRetain(nint* context, int device) => FakeCuda.Call(nameof(cuDevicePrimaryCtxRetain), fake =>
    {
        if (!IsDevice(fake, device))
            return FakeCuda.InvalidDevice;
        fake.Retains++;
        *context = fake.Context;
        return 0;
    }, Needs.Initialization);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDevicePrimaryCtxRelease_v2(int device) => FakeCuda.Call(nameof(cuDevicePrimaryCtxRelease_v2), fake =>
    {
        if (!IsDevice(fake, device))
            return FakeCuda.InvalidDevice;
        if (fake.Retains == 0)
            return FakeCuda.InvalidContext;
        fake.Retains--;
        return 0;
    }, Needs.Initialization);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuCtxSetCurrent(nint context) => FakeCuda.Call(nameof(cuCtxSetCurrent), fake => fake.SetCurrent(context), Needs.Initialization);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuCtxGetCurrent(nint* context) => FakeCuda.Call(nameof(cuCtxGetCurrent), fake => Set(context, fake.ContextOfThread), Needs.Initialization);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuMemAlloc_v2(nint* address, nuint bytes) => FakeCuda.Call(nameof(cuMemAlloc_v2), fake => fake.Allocate(Card, address, bytes));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuMemFree_v2(nint address) => FakeCuda.Call(nameof(cuMemFree_v2), fake => fake.Free(Card, address));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuMemHostAlloc(nint* address, nuint bytes, uint flags) => FakeCuda.Call(nameof(cuMemHostAlloc), fake => fake.Allocate(PinnedHost, address, bytes));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuMemFreeHost(nint address) => FakeCuda.Call(nameof(cuMemFreeHost), fake => fake.Free(PinnedHost, address));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuMemcpyHtoDAsync_v2(nint card, nint host, nuint bytes, nint stream) => FakeCuda.Call(nameof(cuMemcpyHtoDAsync_v2), fake =>
    {
        fake.BytesToCard += (long)bytes;
        return Copy(fake, nameof(cuMemcpyHtoDAsync_v2), (PinnedHost, host), (Card, card), (long)bytes, stream);
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuMemcpyDtoHAsync_v2(nint host, nint card, nuint bytes, nint stream) =>
        FakeCuda.Call(nameof(cuMemcpyDtoHAsync_v2), fake => Copy(fake, nameof(cuMemcpyDtoHAsync_v2), (Card, card), (PinnedHost, host), (long)bytes, stream));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuStreamCreate(nint* stream, uint flags) => FakeCuda.Call(nameof(cuStreamCreate), fake => flags > 1 ? FakeCuda.InvalidValue : Set(stream, fake.Make("stream")));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuStreamSynchronize(nint stream) => FakeCuda.Call(nameof(cuStreamSynchronize), fake => fake.Has("stream", stream) ? fake.Drain() : FakeCuda.InvalidHandle);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuStreamDestroy_v2(nint stream) => FakeCuda.Call(nameof(cuStreamDestroy_v2), fake => fake.GiveBack("stream", stream));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuEventCreate(nint* mark, uint flags) => FakeCuda.Call(nameof(cuEventCreate), fake => flags != 0 ? FakeCuda.InvalidValue : Set(mark, fake.Make("event")));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuEventRecord(nint mark, nint stream) => FakeCuda.Call(nameof(cuEventRecord), fake =>
        fake.Has("event", mark) && fake.Has("stream", stream) ? fake.Record(mark) : FakeCuda.InvalidHandle);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuEventElapsedTime(float* milliseconds, nint start, nint end) => Elapsed(nameof(cuEventElapsedTime), milliseconds, start, end);

    // CUDA 13 declares only this one.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuEventElapsedTime_v2(float* milliseconds, nint start, nint end) => Elapsed(nameof(cuEventElapsedTime_v2), milliseconds, start, end);

    private static int Elapsed(string call, float* milliseconds, nint start, nint end) => FakeCuda.Call(call, fake =>
    {
        if (!fake.Has("event", start) || !fake.Has("event", end))
            return FakeCuda.InvalidHandle;
        int status = fake.Elapsed(start, end, out int ticks);
        *milliseconds = ticks;
        return status;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuEventDestroy_v2(nint mark) => FakeCuda.Call(nameof(cuEventDestroy_v2), fake => fake.GiveBack("event", mark));

    // What the fake compiler made: see there. A card runs its own machine code and, if both are no embedded boards, that of
    // older ones with the same major number; and PTX of any that is not newer.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuModuleLoadData(nint* module, byte* image) => FakeCuda.Call(nameof(cuModuleLoadData), fake =>
    {
        string[] parts = Marshal.PtrToStringUTF8((nint)image)!.Split(' ');
        int card = 10 * fake.Capability.Major + fake.Capability.Minor, made = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        bool runs = made == card || (made < card && (parts[0] == "ptx" || (made / 10 == card / 10 && !embedded.Contains(made) && !embedded.Contains(card))));
        return runs ? Set(module, fake.Make($"module of {parts[2]}")) : FakeCuda.NoBinaryForGpu;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuModuleUnload(nint module) => FakeCuda.Call(nameof(cuModuleUnload), fake => fake.GiveBack(fake.KindOf(module), module));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuModuleGetFunction(nint* function, nint module, byte* name) => FakeCuda.Call(nameof(cuModuleGetFunction), fake =>
    {
        string kernel = Marshal.PtrToStringUTF8((nint)name)!;
        if (!fake.KindOf(module).StartsWith("module of ", StringComparison.Ordinal))
            return FakeCuda.InvalidHandle;
        return HostKernels.TryCompile()?.Has(kernel) == true ? Set(function, fake.MakeFunction(module, kernel, fake.Has("module of double", module))) : FakeCuda.NotFound;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuLaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint shared, nint stream, void** arguments, void** extra) =>
        FakeCuda.Call(nameof(cuLaunchKernel), fake =>
        {
            if (!fake.Has("stream", stream) || fake.FunctionOf(function) is not { } kernel)
                return FakeCuda.InvalidHandle;
            if (gridX is 0 or > int.MaxValue || blockX is 0 or > 1024 || (gridY, gridZ, blockY, blockZ) != (1, 1, 1, 1) || extra != null)
                return FakeCuda.InvalidValue;
            // A card reads the arguments at the launch, not when it gets there.
            (int blocks, int threads) = fake.Grid ?? ((int)gridX, (int)blockX);
            if (kernel.Name == fake.BrokenKernel)
                return 0;
            Action run = HostKernels.TryCompile()!.Launch(fake, kernel, arguments, blocks, threads);
            return fake.Enqueue(nameof(cuLaunchKernel), () =>
            {
                if (fake.FunctionOf(function) is null)
                    throw new InvalidOperationException("The module of the kernel was unloaded before it ran.");
                run();
            });
        });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuStreamBeginCapture_v2(nint stream, int mode) => FakeCuda.Call(nameof(cuStreamBeginCapture_v2), fake =>
        !fake.Has("stream", stream) ? FakeCuda.InvalidHandle : mode is < 0 or > 2 ? FakeCuda.InvalidValue : fake.BeginCapture());

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuStreamEndCapture(nint stream, nint* graph) => FakeCuda.Call(nameof(cuStreamEndCapture), fake =>
        fake.Has("stream", stream) ? fake.EndCapture(graph) : FakeCuda.InvalidHandle);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuGraphInstantiateWithFlags(nint* executable, nint graph, ulong flags) => FakeCuda.Call(nameof(cuGraphInstantiateWithFlags), fake =>
        flags == 0 ? fake.Instantiate(executable, graph) : FakeCuda.InvalidValue);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuGraphLaunch(nint executable, nint stream) => FakeCuda.Call(nameof(cuGraphLaunch), fake =>
        fake.Has("stream", stream) ? fake.LaunchGraph(executable) : FakeCuda.InvalidHandle);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuGraphDestroy(nint graph) => FakeCuda.Call(nameof(cuGraphDestroy), fake => fake.GiveBack("graph", graph));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuGraphExecDestroy(nint executable) => FakeCuda.Call(nameof(cuGraphExecDestroy), fake => fake.GiveBackExecutable(executable));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuGetErrorName(int status, nint* name) => Set(name, someName);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuGetErrorString(int status, nint* text) => Set(text, someText);

    private static int Copy(FakeCuda fake, string call, (string Kind, nint Address) from, (string Kind, nint Address) to, long bytes, nint stream)
    {
        if (!fake.Has("stream", stream))
            return FakeCuda.InvalidHandle;
        fake.Memory(from.Kind, from.Address, bytes);
        fake.Memory(to.Kind, to.Address, bytes);
        return fake.Enqueue(call, () => Buffer.MemoryCopy(
            fake.Memory(from.Kind, from.Address, bytes), fake.Memory(to.Kind, to.Address, bytes), bytes, bytes));
    }

    private static bool IsDevice(FakeCuda fake, int device) => device >= 40 && device < 40 + fake.Devices;

    private static int Set<T>(T* place, T value) where T : unmanaged
    {
        *place = value;
        return 0;
    }
}
