using NUnit.Framework;
using RefNet.Gpu;
using RefNet.Gpu.Api;

namespace RefNet.Tests.Gpu.Fake;

/// <summary>The fake refuses what CUDA refuses while a stream is captured, and sees graphs whose memory is gone.</summary>
[TestFixture]
internal sealed class FakeGraphTests
{
    private FakeCuda fake = null!;
    private CudaApi api = null!;
    private CudaDevice device = null!;

    [SetUp]
    public void Open()
    {
        fake = new FakeCuda { Capability = (8, 0) };
        api = FakeCuda.CreateApi();
        device = new CudaDevice(api);
        device.TakeTurn().Dispose();
    }

    [TearDown]
    public void Close()
    {
        device.Dispose();
        fake.Dispose();
        Assert.That(fake.Live, Is.Empty);
    }

    private CudaDriver Driver => api.Driver;

    [Test]
    public void WhatIsCapturedIsDoneWhenTheGraphIsLaunched()
    {
        (nint card, nint pinned) = (Driver.Allocate(256), Driver.AllocatePinned(256));
        Number(pinned) = 3;
        nint graph = Driver.Graphs.Record(device.Stream, () => Driver.CopyToDevice(card, pinned, 4, device.Stream));
        Driver.Synchronize(device.Stream);
        Assert.That(Number(card), Is.NaN, "a capture does nothing");
        for (int value = 4; value < 6; value++)
        {
            Number(pinned) = value;
            Driver.Graphs.Launch(graph, device.Stream);
            Driver.Synchronize(device.Stream);
            Assert.That(Number(card), Is.EqualTo(value));
        }

        Driver.Graphs.Destroy(graph);
        Driver.Free(card);
        Driver.FreePinned(pinned);
        Assert.That(fake.Faults, Is.Empty);
    }

    [TestCase("cuStreamSynchronize")]
    [TestCase("cuMemAlloc_v2")]
    [TestCase("cuMemHostAlloc")]
    [TestCase("cuEventRecord")]
    [TestCase("cuStreamBeginCapture_v2")]
    [TestCase("cublasSetWorkspace_v2")]
    public void WhatWaitsOrAllocatesIsRefused(string call)
    {
        nint mark = Driver.CreateEvent();
        CudaException error = Assert.Throws<CudaException>(() => Driver.Graphs.Record(device.Stream, () => Call(mark)))!;
        Assert.That((error.Call, error.Status), Is.EqualTo((call, FakeCuda.CaptureUnsupported)));
        Assert.That(() => Driver.Graphs.Record(device.Stream, () => Assert.Catch(() => Call(mark))),
            Throws.TypeOf<CudaException>().With.Property(nameof(CudaException.Status)).EqualTo(FakeCuda.CaptureInvalidated), "nor is the rest of the capture of any use");
        Driver.Synchronize(device.Stream); // the stream works again
        Driver.DestroyEvent(mark);

        void Call(nint mark)
        {
            switch (call)
            {
                case "cuStreamSynchronize": Driver.Synchronize(device.Stream); break;
                case "cuMemAlloc_v2": Driver.Allocate(4); break;
                case "cuMemHostAlloc": Driver.AllocatePinned(4); break;
                case "cuEventRecord": Driver.Record(mark, device.Stream); break;
                case "cublasSetWorkspace_v2": api.Blas.SetWorkspace(device.Blas, 0, 0); break;
                default: Driver.Graphs.Record(device.Stream, () => { }); break;
            }
        }
    }

    [TestCase(false)]
    [TestCase(true)] // perhaps at the same address
    public void AGraphWhoseMemoryWasFreedIsAFault(bool allocatesAgain)
    {
        (nint card, nint pinned) = (Driver.Allocate(256), Driver.AllocatePinned(256));
        nint graph = Driver.Graphs.Record(device.Stream, () => Driver.CopyToDevice(card, pinned, 4, device.Stream));
        Driver.Free(card);
        List<nint> others = [];
        while (allocatesAgain && !others.Contains(card) && others.Count < 100)
            others.Add(Driver.Allocate(256));
        Driver.Graphs.Launch(graph, device.Stream);
        Assert.That(() => Driver.Synchronize(device.Stream), Throws.TypeOf<CudaException>());
        Assert.That(fake.Faults[0], Does.Contain(others.Contains(card) ? "was freed after it was recorded" : "do not lie in card memory"));
        others.ForEach(Driver.Free);
        Driver.FreePinned(pinned);
        Driver.Graphs.Destroy(graph);
    }

    [Test]
    public void AGraphAtWorkMustNotBeDestroyed()
    {
        nint graph = Driver.Graphs.Record(device.Stream, () => { });
        Driver.Graphs.Launch(graph, device.Stream);
        Driver.Graphs.Destroy(graph);
        Assert.That(fake.Faults.Single(), Does.Contain("destroyed while its work was under way"));
        Driver.Synchronize(device.Stream);
        Driver.Graphs.Destroy(graph);
    }

    [Test]
    public void AProductThatWouldAllocateIsRefused()
    {
        nint a = Driver.Allocate(256);
        Assert.That(() => Driver.Graphs.Record(device.Stream, () => api.Blas.Gemm<float>(device.Blas, false, false, 1, 1, 1, 1, a, 1, a, 1, 0, a, 1)), Throws.TypeOf<CudaException>());
        Assert.That(fake.Faults.Single(), Does.Contain("it has no workspace"));
        Driver.Free(a);
    }

    private static unsafe ref float Number(nint address) => ref *(float*)address;
}
