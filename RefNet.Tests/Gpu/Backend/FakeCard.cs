using System.Numerics;
using NUnit.Framework;
using RefNet.Gpu;
using RefNet.Tests.Gpu.Fake;

namespace RefNet.Tests.Gpu.Backend;

/// <summary>A backend on a card that a CUDA on the processor stands for, with the kernels compiled as C++.</summary>
internal sealed class FakeCard<T> : IDisposable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Opens the card.</summary>
    /// <param name="options">How the backend works.</param>
    /// <param name="grid">The grid of every kernel; null for the one that is asked for.</param>
    /// <param name="cudnnAlgorithms">How many algorithms cuDNN offers.</param>
    public FakeCard(CudaOptions? options = null, (int Blocks, int Threads)? grid = null, int cudnnAlgorithms = 8)
    {
        NeedsKernels();
        Cuda = new FakeCuda { Grid = grid, CudnnAlgorithms = cudnnAlgorithms };
        Backend = Open(options);
    }

    public FakeCuda Cuda { get; }

    public CudaBackend<T> Backend { get; }

    /// <summary>Skips a test where there is no C++ compiler.</summary>
    public static void NeedsKernels()
    {
        if (HostKernels.TryCompile() is null)
            Assert.Ignore("There is no C++ compiler: g++ was not found.");
    }

    /// <summary>Opens a backend on the fake that is there.</summary>
    public static CudaBackend<T> Open(CudaOptions? options = null) => new(new CudaDevice(FakeCuda.CreateApi()), options ?? new CudaOptions());

    /// <summary>Gives the card back; nothing may be left.</summary>
    public void Dispose()
    {
        try
        {
            Backend.Dispose();
            Cuda.AssertClean();
        }
        finally
        {
            Cuda.Dispose();
        }
    }
}
