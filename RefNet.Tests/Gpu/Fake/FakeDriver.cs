using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace RefNet.Tests.Gpu.Fake;

/// <summary>The functions of the driver that RefNet calls, under the names of cuda.h.</summary>
internal static unsafe class FakeDriver
{
    public const string Card = "card";
    public const string PinnedHost = "pinned";

    private static readonly nint someName = Marshal.StringToCoTaskMemUTF8("CUDA_ERROR_OF_A_TEST");
    private static readonly nint someText = Marshal.StringToCoTaskMemUTF8("what a test wanted");

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuInit(uint flags) => FakeCuda.Call(nameof(cuInit), fake => flags == 0 ? 0 : 1, needsContext: false);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDriverGetVersion(int* version) => FakeCuda.Call(nameof(cuDriverGetVersion), fake => Set(version, 13020), needsContext: false);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDeviceGetCount(int* count) => FakeCuda.Call(nameof(cuDeviceGetCount), fake => Set(count, fake.Devices), needsContext: false);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDeviceGet(int* device, int ordinal) =>
        FakeCuda.Call(nameof(cuDeviceGet), fake => ordinal < fake.Devices ? Set(device, 40 + ordinal) : 101, needsContext: false);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDeviceGetName(byte* name, int length, int device) => FakeCuda.Call(nameof(cuDeviceGetName), fake =>
    {
        Encoding.UTF8.GetBytes($"Fake Card {device - 40}\0", new Span<byte>(name, length));
        return 0;
    }, needsContext: false);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDeviceTotalMem_v2(nuint* bytes, int device) => FakeCuda.Call(nameof(cuDeviceTotalMem_v2), fake =>
    {
        *bytes = (nuint)fake.DeviceBytes;
        return 0;
    }, needsContext: false);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDeviceGetAttribute(int* value, int attribute, int device) =>
        FakeCuda.Call(nameof(cuDeviceGetAttribute), fake => Set(value, attribute switch { 16 => 2, 75 => 9, 76 => 0, _ => -1 }), needsContext: false);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDevicePrimaryCtxRetain(nint* context, int device) => FakeCuda.Call(nameof(cuDevicePrimaryCtxRetain), fake =>
    {
        fake.Retains++;
        *context = fake.Context;
        return 0;
    }, needsContext: false);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuDevicePrimaryCtxRelease_v2(int device) => FakeCuda.Call(nameof(cuDevicePrimaryCtxRelease_v2), fake =>
    {
        fake.Retains--;
        return 0;
    }, needsContext: false);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuCtxSetCurrent(nint context) => FakeCuda.Call(nameof(cuCtxSetCurrent), fake =>
    {
        FakeCuda.SetCurrent(context);
        return 0;
    }, needsContext: false);

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
        return Copy(fake, nameof(cuMemcpyHtoDAsync_v2), (PinnedHost, host), (Card, card), (long)bytes);
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuMemcpyDtoHAsync_v2(nint host, nint card, nuint bytes, nint stream) =>
        FakeCuda.Call(nameof(cuMemcpyDtoHAsync_v2), fake => Copy(fake, nameof(cuMemcpyDtoHAsync_v2), (Card, card), (PinnedHost, host), (long)bytes));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuStreamCreate(nint* stream, uint flags) => FakeCuda.Call(nameof(cuStreamCreate), fake => Set(stream, fake.Make("stream")));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuStreamSynchronize(nint stream) => FakeCuda.Call(nameof(cuStreamSynchronize), fake => fake.Drain());

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuStreamDestroy_v2(nint stream) => FakeCuda.Call(nameof(cuStreamDestroy_v2), fake => fake.GiveBack("stream", stream));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuModuleLoadData(nint* module, byte* image) => FakeCuda.Call(nameof(cuModuleLoadData), fake =>
    {
        string type = Marshal.PtrToStringUTF8((nint)image)!;
        return Set(module, fake.Make($"module of {type}"));
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuModuleUnload(nint module) => FakeCuda.Call(nameof(cuModuleUnload), fake => fake.GiveBack(fake.KindOf(module), module));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuModuleGetFunction(nint* function, nint module, byte* name) => FakeCuda.Call(nameof(cuModuleGetFunction), fake =>
        Set(function, fake.MakeFunction(Marshal.PtrToStringUTF8((nint)name)!, fake.KindOf(module) == "module of double")));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuLaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint shared, nint stream, void** arguments, void** extra) =>
        FakeCuda.Call(nameof(cuLaunchKernel), fake =>
        {
            // A card reads the arguments at the launch, not when it gets there.
            KernelCall call = new(fake.FunctionOf(function), arguments, (int)gridX, (int)blockX);
            return fake.Enqueue(nameof(cuLaunchKernel), () =>
            {
                fake.Memory(Card, call.From, call.FromBytes);
                fake.Memory(Card, call.To, call.ToBytes);
                fake.Kernels.Run(call);
            });
        });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuGetErrorName(int status, nint* name) => Set(name, someName);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int cuGetErrorString(int status, nint* text) => Set(text, someText);

    private static int Copy(FakeCuda fake, string call, (string Kind, nint Address) from, (string Kind, nint Address) to, long bytes)
    {
        fake.Memory(from.Kind, from.Address, bytes);
        fake.Memory(to.Kind, to.Address, bytes);
        return fake.Enqueue(call, () => Buffer.MemoryCopy(
            fake.Memory(from.Kind, from.Address, bytes), fake.Memory(to.Kind, to.Address, bytes), bytes, bytes));
    }

    private static int Set<T>(T* place, T value) where T : unmanaged
    {
        *place = value;
        return 0;
    }
}
