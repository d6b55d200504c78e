using NUnit.Framework;
using RefNet.Backends.Reference;
using RefNet.Backends.Simd;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Regularizers;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Slices of a batch give the gradient of the batch.</summary>
[TestFixture, NonParallelizable]
public sealed class DataParallelTests
{
    private const int Slice = DataParallel<double>.SliceSize;

    private int threadsBefore;

    [SetUp]
    public void RememberThreads() => threadsBefore = ParallelLoop.MaxThreads;

    [TearDown]
    public void RestoreThreads() => ParallelLoop.MaxThreads = threadsBefore;

    [TestCase(1)]
    [TestCase(Slice)]
    [TestCase(Slice + 1)]
    [TestCase(3 * Slice - 5)]
    [TestCase(17 * Slice)] // more slices than parts of a sum
    public void SlicesGiveTheGradientOfTheBatch(int samples)
    {
        Objective<double> whole = MakeObjective(seed: 1), shared = MakeObjective(seed: 1);
        DataParallel<double> slices = new(shared, () => MakeObjective(seed: 2));
        Batch<double> batch = MakeBatch(samples);

        (double loss, int? errors) = whole.ComputeGradients(batch.Images, batch.Targets);
        (double slicedLoss, int? slicedErrors) = slices.ComputeGradients(batch);

        Assert.That(slicedErrors, Is.EqualTo(errors), "samples that were wrong");
        Assert.That(slicedLoss, Is.EqualTo(loss).Within(1e-14 * samples), "mean loss");
        for (int p = 0; p < whole.Network.Parameters.Count; p++)
        {
            // Sums of at most samples x 784 terms in two orders: they differ by rounding, far below the largest entry.
            (string path, Parameter<double> parameter) = whole.Network.NamedParameters().ElementAt(p);
            Tensor<double> expected = parameter.Gradient;
            double largest = expected.Values.ToArray().Max(Math.Abs);
            TensorAssert.AreClose(expected, shared.Network.Parameters[p].Gradient, 1e-12 * largest, path);
        }
    }

    [Test]
    public void ALayerReplacedUnderATrainerIsAnErrorAndOneFrozenIsNotSliced()
    {
        Objective<double> objective = MakeObjective(seed: 1);
        Trainer<double> trainer = new(objective, new StochasticGradientDescent<double>(objective.Network.Parameters, 0.1), () => MakeObjective(seed: 2));
        Batch<double> batch = MakeBatch(2 * Slice);
        trainer.Step(batch);
        Layer<double> first = objective.Network.Layers.First(layer => layer.Parameters.Count > 0), last = objective.Network.Layers.Last(layer => layer.Parameters.Count > 0);
        first.IsFrozen = true;
        trainer.Step(batch);
        Assert.That(first.Parameters[0].Gradient.Values.ToArray(), Is.All.Zero, "gradient of a frozen layer");

        Shape input = new(last.Parameters[0].Shape[1]), output = new(last.Parameters[0].Shape[0]);
        objective.Network.Replace(last.Name, new Dense<double>(input[0], output[0]));
        Assert.That(() => trainer.Step(batch), Throws.InvalidOperationException.With.Message.Contains("was replaced"));
    }

    [Test]
    public void TheBitsAreTheSameOnAnyNumberOfThreads()
    {
        Batch<double> batch = MakeBatch(5 * Slice + 3);
        double[][] gradients = [.. new[] { 1, 2, 3, 8 }.Select(threads =>
        {
            ParallelLoop.MaxThreads = threads;
            Objective<double> objective = MakeObjective(seed: 1);
            new DataParallel<double>(objective, () => MakeObjective(seed: 2)).ComputeGradients(batch);
            return objective.Network.Parameters.SelectMany(parameter => parameter.Gradient.Values.ToArray()).ToArray();
        })];

        foreach (double[] other in gradients[1..])
            Assert.That(other, Is.EqualTo(gradients[0]).AsCollection);
    }

    [Test]
    public void SlicesFollowTheWeightsAsTheyChange()
    {
        Objective<double> objective = MakeObjective(seed: 1);
        DataParallel<double> slices = new(objective, () => MakeObjective(seed: 2));
        Batch<double> batch = MakeBatch(2 * Slice);
        slices.ComputeGradients(batch);
        foreach (Parameter<double> parameter in objective.Network.Parameters)
            parameter.Value.Span.Clear();

        (double loss, _) = slices.ComputeGradients(batch);

        Assert.That(loss, Is.EqualTo(Math.Log(10)).Within(1e-12), "a network of zeros finds all 10 classes equally likely");
    }

    [Test]
    public void AStepAfterAFailedOneIsAsIfThatHadNotBeen()
    {
        Objective<double> objective = MakeObjective(seed: 1);
        DataParallel<double> slices = new(objective, () => MakeObjective(seed: 2));
        Batch<double> good = MakeBatch(2 * Slice), bad = MakeBatch(2 * Slice);
        bad.Targets.Values.SampleSpan(Slice + 1).Fill(0.5);
        (double expected, _) = slices.ComputeGradients(good);

        Assert.That(() => slices.ComputeGradients(bad), Throws.TypeOf<InputException>().With.Message.Contains("sum to 1"));

        Assert.That(slices.ComputeGradients(good).Loss, Is.EqualTo(expected));
    }

    [Test]
    public void AReplicaThatIsUsedAlreadyIsRefused()
    {
        Objective<double> objective = MakeObjective(seed: 1);
        DataParallel<double> slices = new(objective, () => objective);

        Assert.That(() => slices.ComputeGradients(MakeBatch(2 * Slice)), Throws.InvalidOperationException.With.Message.Contains("another network for each replica"));
    }

    [Test]
    public void NetworksWhoseSamplesDependOnEachOtherAreNotSliced()
    {
        Network<double> normalised = new(new Shape(1, 8, 8), 1, new Convolution2D<double>(1, 4, kernel: 3), new BatchNormalization<double>(4));
        Network<double> withDropout = new(new Shape(1, 8, 8), 1, new Convolution2D<double>(1, 4, kernel: 3), new Dropout<double>(0.5));

        Assert.That(DataParallel<double>.Suits(normalised), Is.False, "batch normalisation takes the mean of the whole batch");
        Assert.That(DataParallel<double>.Suits(withDropout), Is.False, "the masks of dropout count the batches");
    }

    // The default is the safe one: a layer that says nothing is never given a part of its batch.
    [Test]
    public void ALayerThatLooksAcrossTheBatchWithoutSayingSoIsNotSliced()
    {
        static Objective<double> MakeWith(Layer<double> layer) => new(
            new Network<double>(
                new Shape(1, 28, 28), 1, new Convolution2D<double>(1, 6, kernel: 5), new AveragePooling2D<double>(4), new Flatten<double>(), layer, new Dense<double>(216, 10)),
            () => new SoftmaxCrossEntropy<double>());
        static Objective<double> Make() => MakeWith(new LessTheMeanOfTheBatch());
        Assert.That(DataParallel<double>.Suits(MakeWith(new Identity<double>()).Network), Is.True, "without that layer the network is sliced");
        Objective<double> whole = Make(), shared = Make();
        Batch<double> batch = MakeBatch(3 * Slice);

        (double expected, _) = whole.ComputeGradients(batch.Images, batch.Targets);
        (double loss, _) = new Trainer<double>(shared, new StochasticGradientDescent<double>(shared.Network.Parameters, 0.1), Make).Step(batch);

        Assert.That(DataParallel<double>.Suits(shared.Network), Is.False);
        Assert.That(loss, Is.EqualTo(expected), "bit by bit");
        for (int p = 0; p < whole.Network.Parameters.Count; p++)
            TensorAssert.AreIdentical(whole.Network.Parameters[p].Gradient, shared.Network.Parameters[p].Gradient, $"parameter {p}");
    }

    [Test]
    public void ThePenaltyCountsOnce()
    {
        Objective<double> Make(int seed) => new(new LeNet5Modern().Create<double>(seed), () => new SoftmaxCrossEntropy<double>(), new L2Regularizer<double>(0.1));
        Objective<double> whole = Make(1), shared = Make(1);
        Batch<double> batch = MakeBatch(4 * Slice);

        (double loss, _) = whole.ComputeGradients(batch.Images, batch.Targets);
        (double slicedLoss, _) = new DataParallel<double>(shared, () => Make(2)).ComputeGradients(batch);

        Assert.That(slicedLoss, Is.EqualTo(loss).Within(1e-13 * loss));
        for (int p = 0; p < whole.Network.Parameters.Count; p++)
            TensorAssert.AreClose(whole.Network.Parameters[p].Gradient, shared.Network.Parameters[p].Gradient, 1e-12, $"parameter {p}");
    }

    [Test]
    public void WhereOutputsAreNoClassesNoErrorsAreCounted()
    {
        Objective<double> Make() => new(new LeNet5Modern().Create<double>(seed: 1), () => new MeanSquaredError<double>());
        Assert.That(new DataParallel<double>(Make(), Make).ComputeGradients(MakeBatch(2 * Slice)).Errors, Is.Null);
    }

    [Test]
    public void OtherBackendsTakeWholeBatches()
    {
        Network<double> network = new LeNet5Modern().Create<double>(seed: 1);
        network.To(new ReferenceBackend<double>());
        Assert.That(DataParallel<double>.Suits(network), Is.False, "plain loops");
        network.To(new SimdBackend<double>(new MathNetGemm<double>()));
        Assert.That(DataParallel<double>.Suits(network), Is.False, "Math.NET's products");
        network.To(new SimdBackend<double>());
        Assert.That(DataParallel<double>.Suits(network), Is.True);
        network["C1"].IsFrozen = true;
        Assert.That(DataParallel<double>.Suits(network), Is.False, "a frozen layer");
    }

    [Test]
    public void ReplicasComputeWhereTheNetworkDoes()
    {
        List<Objective<double>> replicas = [];
        Objective<double> objective = MakeObjective(seed: 1);
        objective.Network.To(new SimdBackend<double>());
        new DataParallel<double>(objective, () =>
        {
            replicas.Add(MakeObjective(seed: 2));
            return replicas[^1];
        }).ComputeGradients(MakeBatch(2 * Slice));

        Assert.That(replicas.Select(replica => replica.Network.Backend), Is.Not.Empty.And.All.SameAs(objective.Network.Backend));
        Assert.That(replicas.Select(replica => replica.Loss.Backend), Is.All.SameAs(objective.Network.Backend));
    }

    [Test]
    public void SmallConvolutionalNetworksAreSliced()
    {
        Assert.That(DataParallel<double>.Suits(new LeNet5Modern().Create<double>(seed: 1)), Is.True, "LeNet-5, modern form");
        Assert.That(DataParallel<double>.Suits(new LeNet5().Create<double>(seed: 1)), Is.True, "LeNet-5 of 1998");
        Assert.That(DataParallel<double>.Suits(new MultilayerPerceptron().Create<double>(seed: 1)), Is.False, "each weight of a dense network serves one product a sample");
    }

    private static Objective<double> MakeObjective(int seed) => new(new LeNet5Modern().Create<double>(seed), () => new SoftmaxCrossEntropy<double>());

    private static Batch<double> MakeBatch(int samples)
    {
        Tensor<double> targets = new(new Shape(samples, 10));
        for (int n = 0; n < samples; n++)
            targets[n, n % 10] = 1;
        return new Batch<double>(LayerCase.RandomTensor<double>(new Shape(samples, 1, 28, 28), Seeds.Create(3)), targets);
    }

    /// <summary>y = x - mean of x over the batch.</summary>
    private sealed class LessTheMeanOfTheBatch : Layer<double>
    {
        public override Shape OutputShape(Shape input) => input;

        protected override void Forward(Tensor<double> x, Tensor<double> y, Mode mode) => LessTheMean(x, y);

        // dx_n = dy_n - mean of dy: the matrix of the derivatives is symmetric
        protected override void Backward(Tensor<double> x, Tensor<double> y, Tensor<double> dY, Tensor<double>? dX)
        {
            if (dX is not null)
                LessTheMean(dY, dX);
        }

        private static void LessTheMean(Tensor<double> from, Tensor<double> to)
        {
            int samples = from.Shape[0], count = from.Count / samples;
            for (int i = 0; i < count; i++)
            {
                double mean = 0;
                for (int n = 0; n < samples; n++)
                    mean += from.Sample(n)[i] / samples;
                for (int n = 0; n < samples; n++)
                    to.SampleSpan(n)[i] = from.Sample(n)[i] - mean;
            }
        }
    }
}
