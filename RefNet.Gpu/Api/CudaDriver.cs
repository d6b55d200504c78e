using System.Runtime.InteropServices;

namespace RefNet.Gpu.Api;

/// <summary>
/// The CUDA driver: devices, contexts, memory, streams and kernels. One method per function; each checks the returned
/// status. Names and signatures are those of cuda.h.
/// </summary>
internal sealed unsafe class CudaDriver(NativeExports library)
{
    /// <summary>The status of an allocation that fails for lack of memory.</summary>
    public const int OutOfMemory = 2;

    private const int MultiprocessorCount = 16;
    private const int ComputeCapabilityMajor = 75;
    private const int ComputeCapabilityMinor = 76;

    private readonly delegate* unmanaged[Cdecl]<uint, int> cuInit = (delegate* unmanaged[Cdecl]<uint, int>)library["cuInit"];
    private readonly delegate* unmanaged[Cdecl]<int*, int> cuDriverGetVersion = (delegate* unmanaged[Cdecl]<int*, int>)library["cuDriverGetVersion"];
    private readonly delegate* unmanaged[Cdecl]<int*, int> cuDeviceGetCount = (delegate* unmanaged[Cdecl]<int*, int>)library["cuDeviceGetCount"];
    private readonly delegate* unmanaged[Cdecl]<int*, int, int> cuDeviceGet = (delegate* unmanaged[Cdecl]<int*, int, int>)library["cuDeviceGet"];
    private readonly delegate* unmanaged[Cdecl]<byte*, int, int, int> cuDeviceGetName = (delegate* unmanaged[Cdecl]<byte*, int, int, int>)library["cuDeviceGetName"];
    private readonly delegate* unmanaged[Cdecl]<nuint*, int, int> cuDeviceTotalMem = (delegate* unmanaged[Cdecl]<nuint*, int, int>)library["cuDeviceTotalMem_v2"];
    private readonly delegate* unmanaged[Cdecl]<int*, int, int, int> cuDeviceGetAttribute = (delegate* unmanaged[Cdecl]<int*, int, int, int>)library["cuDeviceGetAttribute"];
    private readonly delegate* unmanaged[Cdecl]<nint*, int, int> cuDevicePrimaryCtxRetain = (delegate* unmanaged[Cdecl]<nint*, int, int>)library["cuDevicePrimaryCtxRetain"];
    private readonly delegate* unmanaged[Cdecl]<int, int> cuDevicePrimaryCtxRelease = (delegate* unmanaged[Cdecl]<int, int>)library["cuDevicePrimaryCtxRelease_v2"];
    private readonly delegate* unmanaged[Cdecl]<nint, int> cuCtxSetCurrent = (delegate* unmanaged[Cdecl]<nint, int>)library["cuCtxSetCurrent"];
    private readonly delegate* unmanaged[Cdecl]<nint*, int> cuCtxGetCurrent = (delegate* unmanaged[Cdecl]<nint*, int>)library["cuCtxGetCurrent"];
    private readonly delegate* unmanaged[Cdecl]<nint*, nuint, int> cuMemAlloc = (delegate* unmanaged[Cdecl]<nint*, nuint, int>)library["cuMemAlloc_v2"];
    private readonly delegate* unmanaged[Cdecl]<nint, int> cuMemFree = (delegate* unmanaged[Cdecl]<nint, int>)library["cuMemFree_v2"];
    private readonly delegate* unmanaged[Cdecl]<nint*, nuint, uint, int> cuMemHostAlloc = (delegate* unmanaged[Cdecl]<nint*, nuint, uint, int>)library["cuMemHostAlloc"];
    private readonly delegate* unmanaged[Cdecl]<nint, int> cuMemFreeHost = (delegate* unmanaged[Cdecl]<nint, int>)library["cuMemFreeHost"];
    private readonly delegate* unmanaged[Cdecl]<nint, nint, nuint, nint, int> cuMemcpyHtoDAsync = (delegate* unmanaged[Cdecl]<nint, nint, nuint, nint, int>)library["cuMemcpyHtoDAsync_v2"];
    private readonly delegate* unmanaged[Cdecl]<nint, nint, nuint, nint, int> cuMemcpyDtoHAsync = (delegate* unmanaged[Cdecl]<nint, nint, nuint, nint, int>)library["cuMemcpyDtoHAsync_v2"];
    private readonly delegate* unmanaged[Cdecl]<nint*, uint, int> cuStreamCreate = (delegate* unmanaged[Cdecl]<nint*, uint, int>)library["cuStreamCreate"];
    private readonly delegate* unmanaged[Cdecl]<nint, int> cuStreamSynchronize = (delegate* unmanaged[Cdecl]<nint, int>)library["cuStreamSynchronize"];
    private readonly delegate* unmanaged[Cdecl]<nint, int> cuStreamDestroy = (delegate* unmanaged[Cdecl]<nint, int>)library["cuStreamDestroy_v2"];
    private readonly delegate* unmanaged[Cdecl]<nint*, uint, int> cuEventCreate = (delegate* unmanaged[Cdecl]<nint*, uint, int>)library["cuEventCreate"];
    private readonly delegate* unmanaged[Cdecl]<nint, nint, int> cuEventRecord = (delegate* unmanaged[Cdecl]<nint, nint, int>)library["cuEventRecord"];
    // The same function under two names: CUDA 13 declares only the second, drivers before 12.8 have only the first.
    private readonly delegate* unmanaged[Cdecl]<float*, nint, nint, int> cuEventElapsedTime =
        (delegate* unmanaged[Cdecl]<float*, nint, nint, int>)library[library.Has("cuEventElapsedTime_v2") ? "cuEventElapsedTime_v2" : "cuEventElapsedTime"];
    private readonly delegate* unmanaged[Cdecl]<nint, int> cuEventDestroy = (delegate* unmanaged[Cdecl]<nint, int>)library["cuEventDestroy_v2"];
    private readonly delegate* unmanaged[Cdecl]<nint*, byte*, int> cuModuleLoadData = (delegate* unmanaged[Cdecl]<nint*, byte*, int>)library["cuModuleLoadData"];
    private readonly delegate* unmanaged[Cdecl]<nint, int> cuModuleUnload = (delegate* unmanaged[Cdecl]<nint, int>)library["cuModuleUnload"];
    private readonly delegate* unmanaged[Cdecl]<nint*, nint, byte*, int> cuModuleGetFunction = (delegate* unmanaged[Cdecl]<nint*, nint, byte*, int>)library["cuModuleGetFunction"];
    private readonly delegate* unmanaged[Cdecl]<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> cuLaunchKernel =
        (delegate* unmanaged[Cdecl]<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)library["cuLaunchKernel"];
    private readonly delegate* unmanaged[Cdecl]<int, byte**, int> cuGetErrorName = (delegate* unmanaged[Cdecl]<int, byte**, int>)library["cuGetErrorName"];
    private readonly delegate* unmanaged[Cdecl]<int, byte**, int> cuGetErrorString = (delegate* unmanaged[Cdecl]<int, byte**, int>)library["cuGetErrorString"];

    /// <summary>The functions for graphs.</summary>
    /// <exception cref="CudaException">The driver is too old to have them.</exception>
    public CudaGraphs Graphs => field ??= new CudaGraphs(this, library with { Needed = "graphs need CUDA 11.4 or newer" });

    /// <summary>Starts the driver; must be the first call.</summary>
    public void Initialize() => Check("cuInit", cuInit(0));

    /// <summary>The newest version of CUDA that this driver supports: 13000 is 13.0.</summary>
    public int Version()
    {
        int version;
        Check("cuDriverGetVersion", cuDriverGetVersion(&version));
        return version;
    }

    /// <summary>The number of devices.</summary>
    public int DeviceCount()
    {
        int count;
        Check("cuDeviceGetCount", cuDeviceGetCount(&count));
        return count;
    }

    /// <summary>A device, by its number from 0.</summary>
    public int Device(int ordinal)
    {
        int device;
        Check("cuDeviceGet", cuDeviceGet(&device, ordinal));
        return device;
    }

    /// <summary>The name of a device.</summary>
    public string DeviceName(int device)
    {
        byte* name = stackalloc byte[256];
        Check("cuDeviceGetName", cuDeviceGetName(name, 256, device));
        return Text(name);
    }

    /// <summary>The memory of a device in bytes.</summary>
    public long DeviceMemory(int device)
    {
        nuint bytes;
        Check("cuDeviceTotalMem_v2", cuDeviceTotalMem(&bytes, device));
        return (long)bytes;
    }

    /// <summary>The generation of a device: 9.0 for Hopper.</summary>
    public (int Major, int Minor) ComputeCapability(int device) =>
        (Attribute(device, ComputeCapabilityMajor), Attribute(device, ComputeCapabilityMinor));

    /// <summary>The number of multiprocessors of a device.</summary>
    public int Multiprocessors(int device) => Attribute(device, MultiprocessorCount);

    /// <summary>Retains the context that all users of a device share.</summary>
    public nint RetainContext(int device)
    {
        nint context;
        Check("cuDevicePrimaryCtxRetain", cuDevicePrimaryCtxRetain(&context, device));
        return context;
    }

    /// <summary>The context that is current on the calling thread, 0 for none.</summary>
    public nint Current()
    {
        nint context;
        Check("cuCtxGetCurrent", cuCtxGetCurrent(&context));
        return context;
    }

    /// <summary>Makes a context current on the calling thread, as every other call requires.</summary>
    public void SetCurrent(nint context) => Check("cuCtxSetCurrent", cuCtxSetCurrent(context));

    /// <summary>Allocates memory of the device.</summary>
    public nint Allocate(nint bytes)
    {
        nint address;
        Check("cuMemAlloc_v2", cuMemAlloc(&address, (nuint)bytes));
        return address;
    }

    /// <summary>Allocates page-locked memory of the host, which the device can copy from and to directly.</summary>
    public nint AllocatePinned(nint bytes)
    {
        nint address;
        Check("cuMemHostAlloc", cuMemHostAlloc(&address, (nuint)bytes, 0));
        return address;
    }

    /// <summary>Copies from pinned memory to the device in stream order.</summary>
    public void CopyToDevice(nint device, nint pinned, nint bytes, nint stream) =>
        Check("cuMemcpyHtoDAsync_v2", cuMemcpyHtoDAsync(device, pinned, (nuint)bytes, stream));

    /// <summary>Copies from the device to pinned memory in stream order.</summary>
    public void CopyToHost(nint pinned, nint device, nint bytes, nint stream) =>
        Check("cuMemcpyDtoHAsync_v2", cuMemcpyDtoHAsync(pinned, device, (nuint)bytes, stream));

    /// <summary>Creates a stream, which does not wait for other streams.</summary>
    public nint CreateStream()
    {
        const uint NonBlocking = 1;
        nint stream;
        Check("cuStreamCreate", cuStreamCreate(&stream, NonBlocking));
        return stream;
    }

    /// <summary>Waits until all work of a stream is done; errors of that work are reported here.</summary>
    public void Synchronize(nint stream) => Check("cuStreamSynchronize", cuStreamSynchronize(stream));

    /// <summary>Creates an event.</summary>
    public nint CreateEvent()
    {
        nint mark;
        Check("cuEventCreate", cuEventCreate(&mark, 0));
        return mark;
    }

    /// <summary>Records an event after all present work of a stream.</summary>
    public void Record(nint mark, nint stream) => Check("cuEventRecord", cuEventRecord(mark, stream));

    /// <summary>The seconds between two completed events, with a resolution of half a microsecond.</summary>
    public double SecondsBetween(nint start, nint end)
    {
        float milliseconds;
        Check("cuEventElapsedTime", cuEventElapsedTime(&milliseconds, start, end));
        return milliseconds * 1e-3;
    }

    /// <summary>Loads compiled kernels.</summary>
    public nint LoadModule(ReadOnlySpan<byte> image)
    {
        nint module;
        fixed (byte* bytes = image)
            Check("cuModuleLoadData", cuModuleLoadData(&module, bytes));
        return module;
    }

    /// <summary>A kernel of a module.</summary>
    public nint Function(nint module, ReadOnlySpan<byte> nameWithZero)
    {
        nint function;
        fixed (byte* name = nameWithZero)
            Check("cuModuleGetFunction", cuModuleGetFunction(&function, module, name));
        return function;
    }

    /// <summary>Runs a kernel on blocks of threads when the stream gets there; arguments are addresses of the values.</summary>
    public void Launch(nint function, int blocks, int threadsPerBlock, nint stream, void** arguments) =>
        Check("cuLaunchKernel", cuLaunchKernel(function, (uint)blocks, 1, 1, (uint)threadsPerBlock, 1, 1, 0, stream, arguments, null));

    // Methods that release never throw: they may run while another error is being thrown, and nothing could be done.

    public bool TrySetCurrent(nint context) => cuCtxSetCurrent(context) == 0;

    public nint TryGetCurrent()
    {
        nint context;
        return cuCtxGetCurrent(&context) == 0 ? context : 0;
    }

    public bool TrySynchronize(nint stream) => cuStreamSynchronize(stream) == 0;

    public void Free(nint address) => _ = cuMemFree(address);

    public void FreePinned(nint address) => _ = cuMemFreeHost(address);

    public void DestroyEvent(nint mark) => _ = cuEventDestroy(mark);

    public void DestroyStream(nint stream) => _ = cuStreamDestroy(stream);

    public void UnloadModule(nint module) => _ = cuModuleUnload(module);

    public void ReleaseContext(int device) => _ = cuDevicePrimaryCtxRelease(device);

    /// <summary>Throws unless a call succeeded.</summary>
    public void Check(string call, int status)
    {
        if (status != 0)
            throw new CudaException(call, status, Meaning(status));
    }

    private int Attribute(int device, int attribute)
    {
        int value;
        Check("cuDeviceGetAttribute", cuDeviceGetAttribute(&value, attribute, device));
        return value;
    }

    private string Meaning(int status)
    {
        byte* name;
        byte* text;
        return cuGetErrorName(status, &name) == 0 && cuGetErrorString(status, &text) == 0
            ? $"{Text(name)}, {Text(text)}"
            : "a status that this driver does not know";
    }

    private static string Text(byte* zeroTerminated) => Marshal.PtrToStringUTF8((nint)zeroTerminated) ?? "";
}
