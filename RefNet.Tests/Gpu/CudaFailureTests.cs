using NUnit.Framework;
using RefNet.Gpu;
using RefNet.Tests.Backends;
using RefNet.Tests.Gpu.Fake;

namespace RefNet.Tests.Gpu;

/// <summary>Each call is made to fail, one after the other: the error must come out, and nothing may be left behind.</summary>
[TestFixture]
public sealed class CudaFailureTests
{
    private const int Status = 13;

    private static readonly GemmCase product = new(4, 3, 5, Layout.RowMajor, Layout.RowMajor, Layout.RowMajor, 1, 1, Seed: 1);

    [Test]
    public void EachCallOfOpeningAndMultiplyingCanFail() => FailEachCall(gemm => new Operands<float>(product).Multiply(gemm));

    [Test]
    public void AnErrorNamesTheCallTheStatusAndItsMeaning()
    {
        Assert.That(ErrorOf("cuMemcpyHtoDAsync_v2"), Is.EqualTo("cuMemcpyHtoDAsync_v2 returned 13: CUDA_ERROR_OF_A_TEST, what a test wanted."));
        Assert.That(ErrorOf("cublasSgemm_v2"), Is.EqualTo("cublasSgemm_v2 returned 13: CUBLAS_STATUS_EXECUTION_FAILED, the product could not be run on the card."));
    }

    [Test]
    public void ResultsAreRightAgainAfterAFailure()
    {
        using FakeCuda fake = new();
        using (CudaGemm gemm = FakeCuda.CreateGemm())
        {
            Operands<float> operands = new(product with { Beta = 0 });
            string[] calls = WarmCalls(fake, gemm, operands);
            float[] right = [.. operands.C.Memory];
            for (int call = 0; call < calls.Length; call++)
            {
                operands.A.View[0, 0] += 1; // the card has to be sent it anew
                fake.FailAt(call, Status);
                Assert.Throws<CudaException>(() => operands.Multiply(gemm));
                operands.A.View[0, 0] -= 1;
                operands.Multiply(gemm);
                Assert.That(operands.C.Memory, Is.EqualTo(right), $"after {calls[call]} had failed");
            }
        }

        fake.AssertClean();
    }

    [Test]
    public void IdleMemoryIsFreedBeforeAnAllocationFails()
    {
        using FakeCuda fake = new() { DeviceBytes = 3 << 20 };
        using (CudaGemm gemm = FakeCuda.CreateGemm(new CudaOptions { SmallestProduct = 0 }))
        {
            foreach (int size in new[] { 300, 500, 300 }) // 3 x 0.5 MiB, 3 x 1 MiB: never both
                new Operands<float>(new GemmCase(size, size, size, Layout.RowMajor, Layout.RowMajor, Layout.RowMajor, 1, 0, Seed: 1)).Multiply(gemm);
            CudaException error = Assert.Throws<CudaException>(() =>
                new Operands<float>(new GemmCase(600, 600, 600, Layout.RowMajor, Layout.RowMajor, Layout.RowMajor, 1, 0, Seed: 1)).Multiply(gemm))!;
            Assert.That((error.Call, error.Status), Is.EqualTo(("cuMemAlloc_v2", 2)));
        }

        fake.AssertClean();
    }

    [Test]
    public void AnotherLibrarysContextIsCurrentAgainAfterClosing()
    {
        using FakeCuda fake = new();
        CudaGemm gemm = FakeCuda.CreateGemm();
        fake.SetCurrent(fake.ForeignContext);
        gemm.Dispose();
        Assert.That(fake.ContextOfThread, Is.EqualTo(fake.ForeignContext));
        fake.AssertClean();
    }

    [Test]
    public void OursIsNotCurrentAfterClosing()
    {
        using FakeCuda fake = new();
        FakeCuda.CreateGemm().Dispose();
        Assert.That(fake.ContextOfThread, Is.EqualTo((nint)0));
    }

    [Test]
    public void TheContextIsReleasedEvenWhereItCannotBeMadeCurrent()
    {
        using FakeCuda fake = new();
        CudaGemm gemm = FakeCuda.CreateGemm();
        fake.FailAt(1, Status); // after cuCtxGetCurrent
        gemm.Dispose();
        Assert.That((fake.Calls.Last(), fake.Retains), Is.EqualTo(("cuCtxSetCurrent", 0)));
    }

    [Test]
    public void AThreadCannotTakeATurnWithinItsTurn()
    {
        using FakeCuda fake = new();
        using (CudaGemm gemm = FakeCuda.CreateGemm())
        {
            using (DeviceTurn turn = gemm.Device.TakeTurn())
            {
                turn.Memory<float>(10);
                Assert.Throws<InvalidOperationException>(() => gemm.Device.TakeTurn());
            }

            gemm.Device.TakeTurn().Dispose();
        }

        fake.AssertClean();
    }

    private static void FailEachCall(Action<CudaGemm> act)
    {
        string[] calls;
        using (FakeCuda fake = new())
        {
            using CudaGemm gemm = FakeCuda.CreateGemm();
            act(gemm);
            calls = [.. fake.Calls];
        }

        Assert.That(calls, Has.Length.GreaterThan(20));
        for (int call = 0; call < calls.Length; call++)
        {
            using FakeCuda fake = new();
            fake.FailAt(call, Status);
            CudaException? error = Try(act);
            if (calls[call] == "nvrtcDestroyProgram")
                continue; // when giving back fails, there is nothing to be done, and nobody to be told
            Assert.That((error?.Call, error?.Status), Is.EqualTo((calls[call], Status)), $"call {call}, {calls[call]}, failed");
            fake.AssertClean();
        }
    }

    private static CudaException? Try(Action<CudaGemm> act)
    {
        try
        {
            using CudaGemm gemm = FakeCuda.CreateGemm();
            act(gemm);
            return null;
        }
        catch (CudaException error)
        {
            return error;
        }
    }

    private static string ErrorOf(string call)
    {
        using FakeCuda fake = new();
        using CudaGemm gemm = FakeCuda.CreateGemm();
        Operands<float> operands = new(product);
        int index = WarmCalls(fake, gemm, operands).IndexOf(call);
        operands.A.View[0, 0] += 1;
        fake.FailAt(index, Status);
        return Assert.Throws<CudaException>(() => operands.Multiply(gemm))!.Message;
    }

    // What a product calls when all memory is there, and A has changed.
    private static string[] WarmCalls(FakeCuda fake, CudaGemm gemm, Operands<float> operands)
    {
        operands.A.View[0, 0] -= 1;
        operands.Multiply(gemm);
        operands.A.View[0, 0] += 1;
        int before = fake.Calls.Count;
        operands.Multiply(gemm);
        return [.. fake.Calls.Skip(before)];
    }
}
