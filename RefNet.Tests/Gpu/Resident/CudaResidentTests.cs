using System.Numerics;
using System.Runtime.InteropServices;
using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Gpu;
using RefNet.Gpu.Resident;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Gpu.Fake;

namespace RefNet.Tests.Gpu.Resident;

/// <summary>A card that a CUDA on the processor stands for, with the kernels compiled as C++.</summary>
/// <param name="blocks">The blocks of every grid; 0 for the grid that is asked for.</param>
/// <param name="threads">The threads of every block.</param>
/// <param name="columnBytes">The memory for columns, which decides how many images are taken at a time.</param>
internal sealed class FakeCard(int blocks, int threads, int columnBytes)
{
    private FakeCuda fake = null!;
    private CudaGemm gemm = null!;

    public FakeCuda Fake => fake;

    public CudaResidentDevice<T> Open<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (HostKernels.TryCompile() is not { } kernels)
            throw new IgnoreException("There is no C++ compiler: g++ was not found.");
        fake = new FakeCuda { Kernels = kernels, Grid = blocks == 0 ? null : (blocks, threads) };
        gemm = FakeCuda.CreateGemm(new CudaOptions { Costs = CostModel.Always, ColumnBytes = columnBytes, LargePositions = threads == 7 || columnBytes == 1000 ? 1 : 1024 });
        return new CudaResidentDevice<T>(gemm);
    }

    /// <summary>Borrows memory for one turn, as a product does; afterwards it is idle.</summary>
    public void Borrow<T>(int count) where T : unmanaged
    {
        using DeviceTurn turn = gemm.Device.TakeTurn();
        turn.Memory<T>(count);
    }

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
}

internal abstract class CudaResidentDeviceTests<T>(int blocks, int threads, int columnBytes) : ResidentDeviceTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FakeCard card = new(blocks, threads, columnBytes);

    protected override bool GivesTheBitsOfTheEngine => false;

    protected override IResidentDevice<T> Open() => card.Open<T>();

    protected override void Close() => card.Close();
}

[TestFixture(0, 0, 1 << 28)] // all images at a time
[TestFixture(1, 1, 1000)]    // a few, of large ones one
[TestFixture(1, 7, 1 << 28)]
[TestFixture(3, 4, 1000)]
internal sealed class CudaResidentDeviceSingleTests(int blocks, int threads, int columnBytes) : CudaResidentDeviceTests<float>(blocks, threads, columnBytes);

[TestFixture(0, 0, 1000)]
[TestFixture(64, 32, 1 << 28)]
[TestFixture(3, 4, 1 << 28)]
internal sealed class CudaResidentDeviceDoubleTests(int blocks, int threads, int columnBytes) : CudaResidentDeviceTests<double>(blocks, threads, columnBytes);

[TestFixture]
internal sealed class CudaResidentNetworkTests : ResidentNetworkTests
{
    private readonly FakeCard card = new(0, 0, 1 << 20);

    protected override bool GivesTheBitsOfTheEngine => false;

    protected override IResidentDevice<double> Open() => card.Open<double>();

    protected override void Close() => card.Close();

    [Test]
    public void TheBusCarriesWhatIsCounted()
    {
        using ResidentNetwork<double> network = new(Device, LeNet5Modern.Create<double>(seed: 1));
        using ResidentMomentum<double> optimizer = new(network, learningRate: 0.1);
        using ResidentTrainer<double> trainer = new(network, optimizer);
        Tensor<double> targets = new(new Shape(1, 10));
        targets[0, 3] = 1;
        trainer.Step(new Tensor<double>(new Shape(1, 1, 28, 28)), targets);
        Assert.That(card.Fake.BytesToCard, Is.EqualTo(sizeof(double) * Device.Uploaded));
    }

    [Test]
    public void WhatDoesNotFitOnTheCardIsAnErrorAndTheDeviceWorksOn()
    {
        CudaException error = Assert.Throws<CudaException>(() => Device.Allocate(new Shape((int)(card.Fake.DeviceBytes / sizeof(double)) + 1)))!;
        Assert.That((error.Call, error.Status, Device.LiveTensors), Is.EqualTo(("cuMemAlloc_v2", 2, 0)));
        using DeviceTensor<double> small = Device.Allocate(new Shape(1));
        Device.Clear(small);
    }

    [Test]
    public void IdleMemoryOfProductsIsFreedForTensors()
    {
        int count = (int)(card.Fake.DeviceBytes / sizeof(double) / 2);
        card.Borrow<double>(count + 1); // half of the card and more, given back at once
        using DeviceTensor<double> large = Device.Allocate(new Shape(count));
        Device.Clear(large);
    }

    [Test]
    public void OperationsDoNotWaitForTheCard()
    {
        using DeviceTensor<double> x = Device.Allocate(new Shape(2, 1, 4, 4)), w = Device.Allocate(new Shape(1, 1, 2, 2)), y = Device.Allocate(new Shape(2, 1, 3, 3));
        IResidentConvolution<double> convolution = Device.Convolution(ConvolutionGeometry.Square(2), groups: 1);
        Device.Clear(x);
        Device.Clear(w);
        convolution.Forward(x, w, null, y); // finds memory for its columns
        int before = card.Fake.Calls.Count;
        convolution.Forward(x, w, null, y);
        Device.Tanh(y, y.View(y.Shape));
        Assert.That(card.Fake.Calls.Skip(before), Does.Contain("cuLaunchKernel").And.Not.Contain("cuStreamSynchronize"));
    }
}

/// <summary>Each call is made to fail, one after the other: the error must come out, and nothing may be left behind.</summary>
[TestFixture]
internal sealed class CudaResidentFailureTests
{
    private const int Status = 13;

    [SetUp]
    public void NeedsACompiler()
    {
        if (HostKernels.TryCompile() is null)
            Assert.Ignore("There is no C++ compiler: g++ was not found.");
    }

    [Test]
    public void EachCallOfTrainingCanFail()
    {
        string[] calls = [];
        using (FakeCuda fake = new())
        {
            Train(() => calls = [.. fake.Calls]);
            fake.AssertClean();
        }

        Assert.That(calls, Has.Length.GreaterThan(100));
        for (int call = 0; call < calls.Length; call++)
        {
            using FakeCuda fake = new();
            fake.FailAt(call, Status);
            CudaException? error = null;
            try
            {
                Train(() => { });
            }
            catch (CudaException found)
            {
                error = found;
            }

            if (calls[call] == "nvrtcDestroyProgram")
                continue; // when giving back fails, there is nothing to be done, and nobody to be told
            fake.AssertClean();
            if (calls[call] == "cuStreamSynchronize" && error is null)
                continue; // before memory is freed for more: the error of the work before it comes out at the next wait
            Assert.That((error?.Call, error?.Status), Is.EqualTo((calls[call], Status)), $"call {call}, {calls[call]}, failed");
        }
    }

    [Test]
    public void ACardThatIsClosedTooEarlyIsAnErrorForWorkButNotForGivingBack()
    {
        using FakeCuda fake = new();
        CudaGemm gemm = FakeCuda.CreateGemm();
        CudaResidentDevice<float> device = new(gemm);
        DeviceTensor<float> tensor = device.Allocate(new Shape(3));
        gemm.Dispose();
        Assert.That(() => device.Clear(tensor), Throws.TypeOf<ObjectDisposedException>());
        tensor.Dispose();
        device.Dispose();
    }

    [Test]
    public void TheShapeIsOfTheSizeThatTheKernelsExpect() =>
        Assert.That(HostKernels.TryCompile()!.SizeOfPoolingShape, Is.EqualTo((uint)Marshal.SizeOf<PoolingShape>()));

    // A network with a layer of each kind learns one step.
    private static void Train(Action beforeTheEnd)
    {
        Random random = Seeds.Create(1);
        Sequential<float> host = new(new Shape(1, 5, 5),
            new Convolution2D<float>(1, 2, kernel: 2, random), new Tanh<float>(), new AveragePooling2D<float>(2), new Flatten<float>(), new Dense<float>(8, 3, random));
        Tensor<float> targets = new(new Shape(2, 3));
        targets[0, 1] = targets[1, 2] = 1;
        using CudaGemm gemm = FakeCuda.CreateGemm();
        using CudaResidentDevice<float> device = new(gemm);
        using ResidentNetwork<float> network = new(device, host);
        using ResidentMomentum<float> optimizer = new(network, learningRate: 0.1);
        using ResidentTrainer<float> trainer = new(network, optimizer);
        trainer.Step(new Tensor<float>(new Shape(2, 1, 5, 5)), targets);
        network.Download();
        beforeTheEnd();
    }
}

/// <summary>What every device must do, on a card.</summary>
[Category("Gpu")]
internal abstract class CudaResidentDeviceOnCardTests<T> : ResidentDeviceTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private CudaGemm? gemm;

    protected override bool GivesTheBitsOfTheEngine => false;

    protected override IResidentDevice<T> Open() => new CudaResidentDevice<T>(gemm = OnCard.Card.Open());

    protected override void Close() => gemm?.Dispose();
}

internal sealed class CudaResidentDeviceOnCardSingleTests : CudaResidentDeviceOnCardTests<float>;

internal sealed class CudaResidentDeviceOnCardDoubleTests : CudaResidentDeviceOnCardTests<double>;

[Category("Gpu")]
internal sealed class CudaResidentNetworkOnCardTests : ResidentNetworkTests
{
    private CudaGemm? gemm;

    protected override bool GivesTheBitsOfTheEngine => false;

    protected override IResidentDevice<double> Open() => new CudaResidentDevice<double>(gemm = OnCard.Card.Open());

    protected override void Close() => gemm?.Dispose();
}
