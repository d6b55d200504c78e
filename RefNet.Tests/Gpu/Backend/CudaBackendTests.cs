using System.Numerics;
using NUnit.Framework;
using RefNet.Backends;
using RefNet.Gpu;
using RefNet.Tests.Backends.Conformance;

namespace RefNet.Tests.Gpu.Backend;

/// <summary>What every backend must do, over a CUDA on the processor with the kernels compiled as C++, whatever the grid.</summary>
/// <param name="blocks">The blocks of every grid; 0 for the grid that is asked for.</param>
/// <param name="threads">The threads of every block.</param>
/// <param name="columnBytes">The memory for columns, which decides how many images or rows are taken at a time.</param>
/// <param name="largePositions">From how many positions on each image is a product of its own.</param>
/// <param name="cudnn">Whether cuDNN computes the convolutions that it can.</param>
/// <param name="graphs">Whether all work is recorded in graphs, and launched as such.</param>
public abstract class CudaBackendTests<T>(int blocks, int threads, int columnBytes, int largePositions, bool cudnn = false, bool graphs = false) : BackendTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private FakeCard<T>? card;

    [OneTimeSetUp]
    public void Open() => card = new FakeCard<T>(
        new CudaOptions { ColumnBytes = columnBytes, LargePositions = largePositions, UseCudnn = cudnn, CudnnChannels = 1, UseGraphs = graphs, RecordsAtOnce = graphs }, blocks == 0 ? null : (blocks, threads));

    [OneTimeTearDown]
    public void Close() => card?.Dispose();

    [TearDown]
    public void AssertThatNothingWasDoneThatACardWouldNotForgive() => Assert.That(card!.Cuda.Faults, Is.Empty);

    protected override IBackend<T> Create() => card!.Backend;
}

[TestFixture(0, 0, 1 << 28, 1024)] // all images at a time, side by side
[TestFixture(1, 7, 1000, 1)]       // a few, or of large ones some rows; each alone
[TestFixture(3, 4, 300, 20)]       // some side by side, others alone
public sealed class CudaBackendSingleTests(int blocks, int threads, int columnBytes, int largePositions) : CudaBackendTests<float>(blocks, threads, columnBytes, largePositions);

[TestFixture(0, 0, 1000, 1024)]
[TestFixture(1, 1, 1 << 28, 1)]
[TestFixture(64, 32, 1 << 28, 20)]
public sealed class CudaBackendDoubleTests(int blocks, int threads, int columnBytes, int largePositions) : CudaBackendTests<double>(blocks, threads, columnBytes, largePositions);

public sealed class CudaBackendWithCudnnSingleTests() : CudaBackendTests<float>(0, 0, 1000, 20, cudnn: true);

public sealed class CudaBackendWithCudnnDoubleTests() : CudaBackendTests<double>(0, 0, 1000, 20, cudnn: true);

public sealed class CudaBackendWithGraphsSingleTests() : CudaBackendTests<float>(0, 0, 1000, 20, graphs: true);

public sealed class CudaBackendWithGraphsAndCudnnDoubleTests() : CudaBackendTests<double>(0, 0, 1000, 20, cudnn: true, graphs: true);
