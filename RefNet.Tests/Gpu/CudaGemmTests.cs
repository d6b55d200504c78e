using System.Numerics;
using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Gpu;
using RefNet.Gpu.Api;
using RefNet.Tensors;
using RefNet.Tests.Backends;
using RefNet.Tests.Gpu.Fake;

namespace RefNet.Tests.Gpu;

/// <summary>What every backend must do, on a CUDA that computes on the processor.</summary>
public abstract class CudaGemmOverFakeTests<T> : GemmTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private FakeCuda fake = null!;
    private CudaGemm gemm = null!;

    [SetUp]
    public void Open()
    {
        fake = new FakeCuda();
        gemm = FakeCuda.CreateGemm();
    }

    [TearDown]
    public void Close()
    {
        try
        {
            gemm.Dispose();
            fake.AssertClean();
        }
        finally
        {
            fake.Dispose();
        }
    }

    // What depends on the size here is how operands are copied: the last of over 1 MiB, by several threads.
    [TestCase(1, 300, 1)]
    [TestCase(1, 1100, 50)]
    [TestCase(300, 1, 70)]
    [TestCase(6, 784, 25)]
    [TestCase(1030, 300, 2)]
    public override void AgreesWithTheDefinitionOnLargeShapes(int rows, int inner, int columns) => base.AgreesWithTheDefinitionOnLargeShapes(rows, inner, columns);

    protected override IGemm<T> Create() => (IGemm<T>)(object)gemm;
}

public sealed class CudaGemmSingleTests : CudaGemmOverFakeTests<float>;

public sealed class CudaGemmDoubleTests : CudaGemmOverFakeTests<double>;

/// <summary>What <see cref="CudaGemm"/> asks of CUDA.</summary>
[TestFixture]
public sealed class CudaGemmTests
{
    private FakeCuda fake = null!;

    [SetUp]
    public void Open() => fake = new FakeCuda();

    [TearDown]
    public void Close() => fake.Dispose();

    // Row-major C (5x7) = A (5x3) B (3x7) is Cᵀ = Bᵀ Aᵀ for cuBLAS: m = 7, n = 5, k = 3.
    [TestCase(Layout.RowMajor, Layout.RowMajor, Layout.RowMajor, "NN m7 n5 k3 lda7 ldb3 ldc7 x1")]
    [TestCase(Layout.ColumnMajor, Layout.RowMajor, Layout.RowMajor, "NT m7 n5 k3 lda7 ldb5 ldc7 x1")]
    [TestCase(Layout.RowMajor, Layout.ColumnMajor, Layout.RowMajor, "TN m7 n5 k3 lda3 ldb3 ldc7 x1")]
    [TestCase(Layout.ColumnMajor, Layout.ColumnMajor, Layout.RowMajor, "TT m7 n5 k3 lda3 ldb5 ldc7 x1")]
    [TestCase(Layout.WideRows, Layout.Scattered, Layout.Scattered, "NN m7 n5 k3 lda7 ldb3 ldc7 x1")] // gaps do not cross the bus
    [TestCase(Layout.RowMajor, Layout.RowMajor, Layout.ColumnMajor, "TT m5 n7 k3 lda3 ldb7 ldc5 x1")] // C = (Bᵀ Aᵀ)ᵀ
    public void AsksForTheTransposesAndLeadingDimensionsOfTheRowMajorIdentity(Layout a, Layout b, Layout c, string product)
    {
        using CudaGemm gemm = FakeCuda.CreateGemm();
        new Operands<float>(new GemmCase(5, 3, 7, a, b, c, 1, 0, Seed: 1)).Multiply(gemm);
        Assert.That(fake.Products, Is.EqualTo(new[] { "math mode 0", product }));
    }

    [Test]
    public void CallsInOrderAndWaitsBeforeItReads()
    {
        using CudaGemm gemm = FakeCuda.CreateGemm();
        int opened = fake.Calls.Count;
        new Operands<double>(new GemmCase(5, 3, 7, Layout.RowMajor, Layout.RowMajor, Layout.RowMajor, 1, 0.5, Seed: 1)).Multiply(gemm);
        Assert.That(fake.Calls.Take(opened), Is.EqualTo(new[]
        {
            "cuInit", "cuDeviceGet", "cuDeviceGetName", "cuDeviceGetAttribute", "cuDeviceGetAttribute", "cuDeviceGetAttribute",
            "cuCtxGetCurrent", "cuDevicePrimaryCtxRetain", "cuCtxSetCurrent", "cuStreamCreate", "cublasCreate_v2", "cublasSetStream_v2",
            "cuCtxSetCurrent", "cublasSetMathMode",
        }));
        Assert.That(fake.Calls.Skip(opened).Where(call => !call.Contains("Alloc")), Is.EqualTo(new[]
        {
            "cuCtxSetCurrent", "cuMemcpyHtoDAsync_v2", "cuMemcpyHtoDAsync_v2", "cuMemcpyHtoDAsync_v2", "cublasDgemm_v2",
            "cuMemcpyDtoHAsync_v2", "cuStreamSynchronize",
        }));
    }

    [Test]
    public void UsesTf32OnlyWhereItIsAllowed()
    {
        using CudaGemm gemm = FakeCuda.CreateGemm(new CudaOptions { AllowTf32 = true });
        Assert.That(fake.Products, Is.EqualTo(new[] { "math mode 3" }));
        Assert.That(gemm.Name, Is.EqualTo("cuda (TF32)"));
    }

    [Test]
    public void AsksForNoMemoryOnceWarm()
    {
        using CudaGemm gemm = FakeCuda.CreateGemm();
        GemmCase c = new(50, 60, 70, Layout.RowMajor, Layout.ColumnMajor, Layout.RowMajor, 1, 0, Seed: 1);
        new Operands<float>(c).Multiply(gemm);
        Operands<float> operands = new(c);
        operands.Multiply(gemm);
        int warm = fake.Calls.Count(call => call.Contains("Alloc"));
        operands.Multiply(gemm);
        operands.Multiply(gemm);
        Assert.That(fake.Calls.Count(call => call.Contains("Alloc")), Is.EqualTo(warm));
    }

    [Test]
    public void MakesItsContextCurrentOnEachThread()
    {
        using CudaGemm gemm = FakeCuda.CreateGemm();
        GemmCase c = new(9, 8, 7, Layout.RowMajor, Layout.RowMajor, Layout.RowMajor, 1, 0, Seed: 1);
        Operands<float> expected = new(c);
        expected.Multiply(new ReferenceGemm<float>());
        Operands<float>[] each = [.. Enumerable.Range(0, 8).Select(_ => new Operands<float>(c))];
        Thread[] threads = [.. each.Select(operands => new Thread(() => operands.Multiply(gemm)))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.That(each.Select(operands => operands.C.Memory), Is.All.EqualTo(expected.C.Memory));
        Assert.That(fake.Faults, Is.Empty);
    }

    [Test]
    public void ClosingWaitsForTheThreadThatHasTheCard()
    {
        CudaGemm gemm = FakeCuda.CreateGemm();
        float[] a = [.. Enumerable.Range(0, 16).Select(i => (float)i)], found = new float[16];
        Thread closing = new(gemm.Dispose);
        using (DeviceTurn turn = gemm.Device.TakeTurn())
        {
            DeviceMatrix sent = turn.Upload(new Matrix<float>(a, 4, 4));
            closing.Start();
            Assert.That(SpinWait.SpinUntil(() => (closing.ThreadState & ThreadState.WaitSleepJoin) != 0, TimeSpan.FromSeconds(10)), Is.True);
            turn.Download(sent.Address, new Matrix<float>(found, 4, 4));
            Assert.That(found, Is.EqualTo(a), "what the turn had sent was taken from it");
        }

        closing.Join();
        fake.AssertClean();
    }

    [Test]
    public void MeasuringBeginsWithTheNextTurn()
    {
        using CudaGemm gemm = FakeCuda.CreateGemm();
        StreamTimes times;
        using (DeviceTurn turn = gemm.Device.TakeTurn())
        {
            nint pinned = turn.Pinned<float>(10), memory = turn.Memory<float>(10);
            times = gemm.Device.Measure();
            turn.ToCard<float>(pinned, memory, 10);
            turn.Wait();
        }

        Assert.That((times.Pieces, times[StreamWork.Copies]), Is.EqualTo((0, 0.0)));
        using (DeviceTurn turn = gemm.Device.TakeTurn())
        {
            nint pinned = turn.Pinned<float>(10), memory = turn.Memory<float>(10);
            turn.ToCard<float>(pinned, memory, 10);
            gemm.Device.StopMeasuring();
            turn.Wait();
        }

        Assert.That((times.Pieces, times[StreamWork.Copies]), Is.EqualTo((1, 1e-3)));
        gemm.Dispose();
        fake.AssertClean();
    }

    // CUDA 13 declares only the new one, drivers before 12.8 have only the old one.
    [TestCase("cuEventElapsedTime", "cuEventElapsedTime_v2")]
    [TestCase("cuEventElapsedTime_v2", "cuEventElapsedTime")]
    public void EitherNameOfTheTimeBetweenMarksWillDo(string missing, string called)
    {
        NativeExports exports = FakeCuda.Exports(typeof(FakeDriver));
        CudaApi api = FakeCuda.CreateApi() with { Driver = new CudaDriver(exports with { Find = name => name == missing ? 0 : exports.Find(name) }) };
        using (CudaGemm gemm = new(new CudaDevice(api), new CudaOptions { SmallestProduct = 0 }))
        {
            StreamTimes times = gemm.Device.Measure();
            new Operands<float>(new GemmCase(3, 4, 5, Layout.RowMajor, Layout.RowMajor, Layout.RowMajor, 1, 0, Seed: 1)).Multiply(gemm);
            Assert.That(times[StreamWork.Products], Is.EqualTo(1e-3).Within(1e-9));
        }

        Assert.That(fake.Calls, Does.Contain(called).And.Not.Contain(missing));
        fake.AssertClean();
    }

    [Test]
    public void LeavesSmallProductsToTheProcessor()
    {
        using CudaGemm gemm = FakeCuda.CreateGemm(new CudaOptions { SmallestProduct = 6 * 25 * 784 + 1 });
        int opened = fake.Calls.Count;
        new Operands<float>(new GemmCase(6, 25, 784, Layout.RowMajor, Layout.RowMajor, Layout.RowMajor, 1, 0, Seed: 1)).Multiply(gemm);
        Assert.That(fake.Calls, Has.Count.EqualTo(opened), "the card was asked");
        new Operands<float>(new GemmCase(6, 26, 784, Layout.RowMajor, Layout.RowMajor, Layout.RowMajor, 1, 0, Seed: 1)).Multiply(gemm);
        Assert.That(fake.Products, Has.Some.StartWith("NN"));
    }

    [Test]
    public void RefusesWorkOnceClosed()
    {
        CudaGemm gemm = FakeCuda.CreateGemm();
        gemm.Dispose();
        gemm.Dispose();
        fake.AssertClean();
        Assert.Throws<ObjectDisposedException>(() =>
            gemm.Multiply(1f, new Matrix<float>(new float[1], 1, 1), new Matrix<float>(new float[1], 1, 1), 0f, new Matrix<float>(new float[1], 1, 1)));
    }
}
