using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Gpu;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Tests.Gpu.Backend;

/// <summary>Steps that are launched as graphs: the same bits as without, whatever changes between them, and fewer calls where nothing does.</summary>
[TestFixture]
internal sealed class CudaGraphTests
{
    private static readonly CudaOptions withGraphs = new() { UseGraphs = true };

    [Test]
    public void AStepThatRepeatsIsAFewGraphs()
    {
        using FakeCard<float> card = new(withGraphs);
        Training training = new(card, LeNet5());
        training.Step(3, times: 3); // the first also sends the parameters, the second is the first of its kind, the third is recorded
        int before = card.Cuda.Calls.Count;
        training.Step(3);
        string[] calls = [.. card.Cuda.Calls.Skip(before).Where(call => call != "cuCtxSetCurrent")];
        // Forward and loss; errors, three pieces that are not worth a graph; backward; the optimiser.
        Assert.That(calls, Is.EqualTo(new[]
        {
            "cuGraphLaunch", "cuStreamSynchronize", "cuLaunchKernel", "cuLaunchKernel", "cuMemcpyDtoHAsync_v2", "cuStreamSynchronize", "cuGraphLaunch", "cuGraphLaunch",
        }));
        Assert.That(card.Backend.Device.Graphs, Is.EqualTo(3));
    }

    [Test]
    public void TheFirstTimeAndWithoutGraphsNothingIsRecorded([Values] bool graphs)
    {
        using FakeCard<float> card = new(new CudaOptions { UseGraphs = graphs });
        new Training(card, LeNet5()).Step(3, times: graphs ? 1 : 3);
        Assert.That(card.Cuda.Calls.Where(call => call.Contains("Graph", StringComparison.Ordinal) || call.Contains("Capture", StringComparison.Ordinal)), Is.Empty);
        Assert.That(card.Cuda.Calls, graphs ? Does.Contain("cublasSetWorkspace_v2") : Does.Not.Contain("cublasSetWorkspace_v2"));
    }

    [TestCase("momentum", 4)] // of a step and of another, forward and backward: the optimiser's change with its rate
    [TestCase("adam", 4)]
    public void ARateThatChangesChangesOnlyTheStepsOfTheOptimizer(string optimizer, int graphs) => GivesTheSameBits(LeNet5, optimizer, training =>
    {
        for (int step = 0; step < 5; step++)
        {
            foreach (int samples in new[] { 3, 2 })
            {
                training.Optimizer.LearningRate *= 0.9;
                training.Step(samples);
            }
        }

        return graphs;
    });

    [Test]
    public void BatchesOfOtherSizesHaveGraphsOfTheirOwn() => GivesTheSameBits(LeNet5, "momentum", training =>
    {
        foreach (int samples in new[] { 3, 3, 2, 3, 2, 1, 2, 3, 1 })
            training.Step(samples);
        return 2 + 2 + 2 + 1; // forward and backward of each, and the optimiser
    });

    [Test]
    public void AnEvaluationMayComeBetweenSteps() => GivesTheSameBits(LeNet5, "momentum", training =>
    {
        for (int step = 0; step < 4; step++)
        {
            training.Step(3);
            training.Evaluate();
        }

        return 4;
    });

    [Test]
    public void MasksOfDropoutAreDrawnAnew() => GivesTheSameBits(
        () => new Network<float>(new Shape(1, 6, 6), seed: 1, new Flatten<float>(), new Dense<float>(36, 20), new Tanh<float>(), new Dropout<float>(0.5), new Dense<float>(20, 10)),
        "momentum", training =>
        {
            training.Step(3, times: 5);
            return 3; // behind the mask, backward, the optimiser; before the mask are three pieces, which are not worth a graph
        });

    [Test]
    public void ALayerOfPlainLoopsReadsWhatWasComputed() => GivesTheSameBits(
        () => new Network<float>(new Shape(1, 6, 6), seed: 1, new Flatten<float>(), new Dense<float>(36, 20), new Tanh<float>(), new Doubled(), new Tanh<float>(), new Dense<float>(20, 10)),
        "momentum", training =>
        {
            training.Step(3, times: 5);
            return 5; // forward in two parts, backward in two, the optimiser
        });

    [Test]
    public void WhenMemoryIsFreedTheGraphsAreForgotten()
    {
        using FakeCard<float> card = new(withGraphs);
        Training training = new(card, LeNet5());
        training.Step(3, times: 3);
        Assert.That(card.Backend.Device.Graphs, Is.EqualTo(3));
        card.Cuda.DeviceBytes = card.Backend.AllocatedBytes + (32 << 20) + (1 << 20);
        for (int i = 14; i < 19; i++)
        {
            Tensor<float> large = new(new Shape(1 << i));
            card.Backend.Fill(large, 1);
            training.Step(3);
            large.LeaveDevice();
        }

        Assert.That(card.Cuda.Calls, Does.Contain("cuMemFree_v2"));
        Assert.That(card.Cuda.Faults, Is.Empty);
        training.Step(3, times: 3);
        Assert.That(card.Backend.Device.Graphs, Is.EqualTo(3), "recorded anew");
    }

    [Test]
    public void OnlySomeGraphsAreKept()
    {
        using FakeCard<float> card = new(withGraphs);
        Tensor<float>[] tensors = [.. Enumerable.Range(0, 40).Select(i => new Tensor<float>(new Shape(10)))];
        foreach (Tensor<float> tensor in tensors)
            card.Backend.Fill(tensor, 1);
        card.Backend.Wait();
        for (int round = 0; round < 2; round++)
        {
            foreach (Tensor<float> tensor in tensors)
            {
                for (int repeat = 0; repeat < 3; repeat++)
                {
                    for (int i = 0; i < 5; i++)
                        card.Backend.Add(tensor, tensor, tensor);
                    card.Backend.Submit();
                }
            }
        }

        Assert.That(card.Backend.Device.Graphs, Is.EqualTo(32));
        Assert.That(card.Cuda.Live.Count(item => item.StartsWith("executable graph", StringComparison.Ordinal)), Is.EqualTo(32));
        foreach (Tensor<float> tensor in tensors)
            Assert.That(tensor.Values.ToArray(), Is.All.EqualTo(MathF.Pow(2, 30)));
    }

    [Test]
    public void ManyPiecesAreLaunchedBeforeAnybodyWaits()
    {
        using FakeCard<float> card = new(withGraphs);
        Tensor<float> x = new(new Shape(10));
        for (int i = 0; i < 300; i++)
            card.Backend.Fill(x, i);
        Assert.That(card.Cuda.Calls.Count(call => call == "cuLaunchKernel"), Is.EqualTo(256));
        Assert.That(x.Values.ToArray(), Is.All.EqualTo(299));
    }

    [Test]
    public void WhoMeasuresSeesEachPiece() => GivesTheSameBits(LeNet5, "momentum", training =>
    {
        training.Step(3, times: 3);
        StreamTimes times = training.Card.Backend.Device.Measure();
        training.Step(3);
        training.Card.Backend.Wait();
        Assert.That(times.Pieces, Is.GreaterThan(50));
        training.Card.Backend.Device.StopMeasuring();
        training.Step(3);
        return 3;
    });

    // What a scenario computes, without graphs and with them. It returns the number of graphs that it leaves.
    private static void GivesTheSameBits(Func<Network<float>> create, string optimizer, Func<Training, int> scenario)
    {
        float[] expected, found;
        using (FakeCard<float> card = new())
        {
            Training training = new(card, create(), optimizer);
            scenario(training);
            expected = training.Numbers();
        }

        using (FakeCard<float> card = new(withGraphs))
        {
            Training training = new(card, create(), optimizer);
            Assert.That(scenario(training), Is.EqualTo(card.Backend.Device.Graphs));
            found = training.Numbers();
            Assert.That(card.Cuda.Calls, Does.Contain("cuGraphLaunch"));
        }

        Assert.That(found, Is.EqualTo(expected));
    }

    private static Network<float> LeNet5() => new LeNet5Modern().Create<float>(seed: 1);

    private sealed class Training
    {
        private readonly Network<float> network;
        private readonly Trainer<float> trainer;
        private readonly Dictionary<int, Batch<float>> batches = [];
        private readonly List<float> computed = [];
        private readonly Tensor<float> unseen;

        public Training(FakeCard<float> card, Network<float> network, string optimizer = "momentum")
        {
            (Card, this.network) = (card, network);
            network.To(card.Backend);
            unseen = LayerCase.RandomTensor<float>(network.InputShape.Batch(4), Seeds.Create(1));
            Optimizer = optimizer == "adam"
                ? new Adam<float>(network.Parameters, learningRate: 0.01)
                : new Momentum<float>(network.Parameters, learningRate: 0.01, momentum: 0.5);
            trainer = new Trainer<float>(new Objective<float>(network, () => new SoftmaxCrossEntropy<float>()), Optimizer);
        }

        public FakeCard<float> Card { get; }

        public Optimizer<float> Optimizer { get; }

        // The next batch has other numbers in the same memory.
        public void Step(int samples, int times = 1)
        {
            for (int step = 0; step < times; step++)
            {
                if (!batches.TryGetValue(samples, out Batch<float>? batch))
                {
                    batches.Add(samples, batch = new Batch<float>(
                        LayerCase.RandomTensor<float>(network.InputShape.Batch(samples), Seeds.Create(samples)), new Targets<float>([.. Enumerable.Range(1, samples)], new Shape(samples, 10))));
                }

                batch.Images.Span[computed.Count] += 1;
                _ = batch.Targets.Values.Span;
                (double loss, int? errors) = trainer.Step(batch);
                computed.AddRange([(float)loss, errors!.Value]);
            }
        }

        public void Evaluate() => computed.AddRange(network.Forward(unseen, Mode.Evaluate).Values);

        // Losses, errors, what was evaluated, and all weights.
        public float[] Numbers() => [.. computed, .. network.Parameters.SelectMany(parameter => parameter.Value.Values.ToArray())];
    }

    // What a student writes.
    private sealed class Doubled : Layer<float>
    {
        public override Shape OutputShape(Shape input) => input;

        protected override void Forward(Tensor<float> x, Tensor<float> y, Mode mode)
        {
            for (int i = 0; i < x.Count; i++)
                y.Span[i] = 2 * x.Values[i];
        }

        protected override void Backward(Tensor<float> x, Tensor<float> y, Tensor<float> dY, Tensor<float>? dX)
        {
            for (int i = 0; i < x.Count; i++)
                dX!.Span[i] = 2 * dY.Values[i];
        }
    }
}
