using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Layers;
using RefNet.LinearAlgebra;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Randomness;
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
        Learner<double> whole = MakeLearner(seed: 1), shared = MakeLearner(seed: 1);
        DataParallel<double> slices = new(shared.Network, () => MakeLearner(seed: 2));
        Batch<double> batch = MakeBatch(samples);

        (double loss, int errors) = whole.ComputeGradients(batch, share: 1);
        (double slicedLoss, int slicedErrors) = slices.ComputeGradients(batch);

        Assert.That(slicedErrors, Is.EqualTo(errors), "samples that were wrong");
        Assert.That(slicedLoss, Is.EqualTo(loss).Within(1e-14 * samples), "mean loss");
        for (int p = 0; p < whole.Network.Parameters.Count; p++)
        {
            // Sums of at most samples x 784 terms in two orders: they differ by rounding, far below the largest entry.
            Tensor<double> expected = whole.Network.Parameters[p].Gradient;
            double largest = expected.Span.ToArray().Max(Math.Abs);
            TensorAssert.AreClose(expected, shared.Network.Parameters[p].Gradient, 1e-12 * largest, whole.Network.Parameters[p].Name);
        }
    }

    [Test]
    public void TheBitsAreTheSameOnAnyNumberOfThreads()
    {
        Batch<double> batch = MakeBatch(5 * Slice + 3);
        double[][] gradients = [.. new[] { 1, 2, 3, 8 }.Select(threads =>
        {
            ParallelLoop.MaxThreads = threads;
            Learner<double> learner = MakeLearner(seed: 1);
            new DataParallel<double>(learner.Network, () => MakeLearner(seed: 2)).ComputeGradients(batch);
            return learner.Network.Parameters.SelectMany(parameter => parameter.Gradient.Span.ToArray()).ToArray();
        })];

        foreach (double[] other in gradients[1..])
            Assert.That(other, Is.EqualTo(gradients[0]).AsCollection);
    }

    [Test]
    public void SlicesFollowTheWeightsAsTheyChange()
    {
        Learner<double> learner = MakeLearner(seed: 1);
        DataParallel<double> slices = new(learner.Network, () => MakeLearner(seed: 2));
        Batch<double> batch = MakeBatch(2 * Slice);
        slices.ComputeGradients(batch);
        foreach (Parameter<double> parameter in learner.Network.Parameters)
            parameter.Value.Span.Clear();

        (double loss, _) = slices.ComputeGradients(batch);

        Assert.That(loss, Is.EqualTo(Math.Log(10)).Within(1e-12), "a network of zeros finds all 10 classes equally likely");
    }

    [Test]
    public void AStepAfterAFailedOneIsAsIfThatHadNotBeen()
    {
        Learner<double> learner = MakeLearner(seed: 1);
        DataParallel<double> slices = new(learner.Network, () => MakeLearner(seed: 2));
        Batch<double> good = MakeBatch(2 * Slice), bad = MakeBatch(2 * Slice);
        bad.Targets.Sample(Slice + 1).Fill(0.5);
        (double expected, _) = slices.ComputeGradients(good);

        Assert.That(() => slices.ComputeGradients(bad), Throws.TypeOf<InputException>().With.Message.Contains("sum to 1"));

        Assert.That(slices.ComputeGradients(good).Loss, Is.EqualTo(expected));
    }

    [Test]
    public void AReplicaThatIsUsedAlreadyIsRefused()
    {
        Learner<double> learner = MakeLearner(seed: 1);
        DataParallel<double> slices = new(learner.Network, () => learner);

        Assert.That(() => slices.ComputeGradients(MakeBatch(2 * Slice)), Throws.InvalidOperationException.With.Message.Contains("another network each time"));
    }

    [Test]
    public void NetworksWhoseSamplesDependOnEachOtherAreNotSliced()
    {
        Random random = Seeds.Create(1);
        Sequential<double> normalised = new(new Shape(1, 8, 8), new Convolution2D<double>(1, 4, kernel: 3, random), new BatchNormalization<double>(4));
        Sequential<double> withDropout = new(new Shape(1, 8, 8), new Convolution2D<double>(1, 4, kernel: 3, random), new Dropout<double>(0.5, seed: 1));

        Assert.That(DataParallel<double>.Suits(normalised), Is.False, "batch normalisation takes the mean of the whole batch");
        Assert.That(DataParallel<double>.Suits(withDropout), Is.False, "the masks of dropout count the batches");
    }

    [Test]
    public void SmallConvolutionalNetworksAreSliced()
    {
        Assert.That(DataParallel<double>.Suits(LeNet5Modern.Create<double>(seed: 1)), Is.True, "LeNet-5, modern form");
        Assert.That(DataParallel<double>.Suits(LeNet5.Create<double>(seed: 1)), Is.True, "LeNet-5 of 1998");
        Assert.That(DataParallel<double>.Suits(MultilayerPerceptron.Create<double>(seed: 1)), Is.False, "each weight of a dense network serves one product a sample");
    }

    private static Learner<double> MakeLearner(int seed) => new(LeNet5Modern.Create<double>(seed), new SoftmaxCrossEntropy<double>());

    private static Batch<double> MakeBatch(int samples)
    {
        byte[] labels = [.. Enumerable.Range(0, samples).Select(n => (byte)(n % 10))];
        Tensor<double> targets = new(new Shape(samples, 10));
        for (int n = 0; n < samples; n++)
            targets[n, labels[n]] = 1;
        return new Batch<double>(LayerCase.RandomTensor<double>(new Shape(samples, 1, 28, 28), Seeds.Create(3)), targets, labels);
    }
}
