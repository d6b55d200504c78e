using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Tensors;
using RefNet.Tests.Gpu.Fake;
using RefNet.Training;

namespace RefNet.Tests.Gpu.Backend;

/// <summary>Each call is made to fail, one after the other: the error must come out, and nothing may be left behind.</summary>
[TestFixture]
internal sealed class CudaBackendFailureTests
{
    private const int Status = 13;

    [Test]
    public void EachCallOfTrainingCanFail([Values] bool cudnn) => EachCallCanFail(made => Train(cudnn, made), number: 100);

    // The first step, the first of its kind, one that is recorded, and one that is replayed.
    [Test]
    public void EachCallOfTrainingWithGraphsCanFail() => EachCallCanFail(TrainWithGraphs, number: 200);

    // Each training says when it is about to dispose of the backend.
    private static void EachCallCanFail(Action<Action> train, int number)
    {
        FakeCard<float>.NeedsKernels();
        string[] calls = [];
        using (FakeCuda fake = new() { Capability = (8, 0) })
        {
            train(() => calls = [.. fake.Calls]);
            fake.AssertClean();
        }

        Assert.That(calls, Has.Length.GreaterThan(number));
        for (int call = 0; call < calls.Length; call++)
        {
            using FakeCuda fake = new() { Capability = (8, 0) };
            fake.FailAt(call, Status);
            CudaException? error = null;
            int made = int.MaxValue;
            try
            {
                train(() => made = fake.Calls.Count);
            }
            catch (CudaException found)
            {
                error = found;
            }

            // Which memory is reused, and so which call is which, depends on when garbage is collected.
            if (call >= made)
                continue; // this run made fewer calls before the backend was disposed
            string failed = fake.Calls[call];
            if (failed is "nvrtcDestroyProgram" or "cuGraphDestroy")
                continue; // when giving back fails, there is nothing to be done, and nobody to be told
            fake.AssertClean();
            Assert.That((error?.Call, error?.Status), Is.EqualTo((failed, Status)), $"call {call}, {failed}, failed");
        }
    }

    [Test]
    public void AKernelThatDoesNotCompileComesWithWhatTheCompilerSays()
    {
        using FakeCuda fake = new() { CompilerLog = "elements.cu(3): error: expected a ';'" };
        CudaException error = Assert.Throws<CudaException>(() => FakeCard<float>.Open())!;
        Assert.That(error.Message, Is.EqualTo("nvrtcCompileProgram returned 6: NVRTC_ERROR_OF_A_TEST. elements.cu(3): error: expected a ';'."));
        fake.AssertClean();
    }

    private static void TrainWithGraphs(Action beforeTheEnd)
    {
        Network<float> network = new(new Shape(1, 3, 3), seed: 1, new Convolution2D<float>(1, 2, kernel: 2), new ReLU<float>(), new Flatten<float>(), new Dense<float>(8, 3));
        Tensor<float> targets = new(new Shape(2, 3));
        targets[0, 1] = targets[1, 2] = 1;
        using CudaBackend<float> backend = FakeCard<float>.Open(new CudaOptions { UseGraphs = true });
        network.To(backend);
        Trainer<float> trainer = new(new Objective<float>(network, () => new SoftmaxCrossEntropy<float>()), new Momentum<float>(network.Parameters, learningRate: 0.1));
        Batch<float> batch = new(new Tensor<float>(new Shape(2, 1, 3, 3)), targets);
        for (int step = 0; step < 4; step++)
            trainer.Step(batch);
        foreach (Parameter<float> parameter in network.Parameters)
            parameter.Value.LeaveDevice();
        beforeTheEnd();
    }

    // A network with a layer of each kind learns one step.
    private static void Train(bool cudnn, Action beforeTheEnd)
    {
        Network<float> network = new(new Shape(1, 6, 6), seed: 1,
            new Convolution2D<float>(1, 2, kernel: 3, padding: 1), new BatchNormalization<float>(2), new ReLU<float>(), new MaxPooling2D<float>(2),
            new Convolution2D<float>(2, 2, kernel: 2), new Tanh<float>(), new AveragePooling2D<float>(2), new Flatten<float>(), new Dropout<float>(0.5), new Dense<float>(2, 3));
        Tensor<float> targets = new(new Shape(2, 3));
        targets[0, 1] = targets[1, 2] = 1;
        using CudaBackend<float> backend = FakeCard<float>.Open(new CudaOptions { ColumnBytes = 500, UseCudnn = cudnn, CudnnChannels = 1 });
        network.To(backend);
        Trainer<float> trainer = new(new Objective<float>(network, () => new SoftmaxCrossEntropy<float>()), new Momentum<float>(network.Parameters, learningRate: 0.1));
        trainer.Step(new Batch<float>(new Tensor<float>(new Shape(2, 1, 6, 6)), targets));
        foreach (Parameter<float> parameter in network.Parameters)
            parameter.Value.LeaveDevice();
        beforeTheEnd();
    }
}
