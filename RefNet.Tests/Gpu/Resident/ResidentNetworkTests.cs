using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Gpu.Resident;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Gpu.Resident;

/// <summary>LeNet-5 on a device against LeNet-5 of the engine, what crosses between host and device, and errors.</summary>
internal abstract class ResidentNetworkTests
{
    private const double LearningRate = 0.05, Mu = 0.9, WeightDecay = 0.0005;
    private const double U = 1.0 / (1L << 53);

    protected IResidentDevice<double> Device { get; private set; } = null!;

    /// <summary>Whether the device does what the engine does, bit by bit.</summary>
    protected abstract bool GivesTheBitsOfTheEngine { get; }

    [SetUp]
    public void SetUp() => Device = Open();

    [TearDown]
    public void TearDown()
    {
        if (Device is null)
            return; // there was none to open
        int left = Device.LiveTensors;
        Device.Dispose();
        Close();
        Assert.That(left, Is.Zero, "tensors were not given back");
    }

    protected abstract IResidentDevice<double> Open();

    protected virtual void Close() { }

    // The engine takes each step from where the device stands, with velocities of its own. A step then adds to the difference
    // of the parameters only what velocities differ, η / (1 - μ) times what gradients do, and a few roundings.
    [Test]
    public void LeNet5LearnsAsTheEngineDoes()
    {
        Sequential<double> engine = LeNet5Modern.Create<double>(seed: 1), host = LeNet5Modern.Create<double>(seed: 1);
        SoftmaxCrossEntropy<double> loss = new();
        Momentum<double> optimizer = new(engine.Parameters, LearningRate, Mu, WeightDecay);
        using ResidentNetwork<double> network = new(Device, host);
        using ResidentMomentum<double> residentOptimizer = new(network, LearningRate, Mu, WeightDecay);
        using ResidentTrainer<double> trainer = new(network, residentOptimizer);

        double[] largestBounds = new double[engine.Parameters.Count];
        foreach (int batch in new[] { 3, 3, 2, 3 }) // the last batch of an epoch is smaller
        {
            (Tensor<double> images, Tensor<double> targets) = Batch(batch);
            ErrorBound bound = new(engine, images, targets);
            double expectedLoss = loss.Forward(engine.Forward(images, Mode.Train), targets);
            engine.ClearGradients();
            engine.BackwardToParameters(loss.Backward());
            optimizer.Step();

            double foundLoss = trainer.Step(images, targets);
            network.Download();
            AssertClose(expectedLoss, foundLoss, bound.Loss, "the loss");
            for (int p = 0; p < engine.Parameters.Count; p++)
            {
                (Parameter<double> expected, Parameter<double> found) = (engine.Parameters[p], host.Parameters[p]);
                double largestBound = Largest(bound.Gradients[p]), largest = Largest(expected.Gradient);
                TestContext.Out.WriteLine($"{found.Name}: gradients up to {largest:G3}, allowed {largestBound:G3}");
                Assert.That(largestBound, Is.LessThan(1e-4 * largest), "a bound that allows everything shows nothing");
                largestBounds[p] = Math.Max(largestBounds[p], largestBound);
                double ofStep = LearningRate / (1 - Mu) * (largestBounds[p] + 10 * U);
                for (int i = 0; i < expected.Value.Count; i++)
                {
                    AssertClose(expected.Gradient.Span[i], found.Gradient.Span[i], bound.Gradients[p].Span[i], $"element {i} of the gradient of {found.Name}");
                    AssertClose(expected.Value.Span[i], found.Value.Span[i], ofStep, $"element {i} of {found.Name}");
                }

                found.Value.Span.CopyTo(expected.Value.Span);
            }
        }
    }

    [Test]
    public void OnlyImagesTargetsAndLossesCross()
    {
        Sequential<double> host = LeNet5Modern.Create<double>(seed: 1);
        int parameters = host.Parameters.Sum(parameter => parameter.Value.Count);
        using ResidentNetwork<double> network = new(Device, host);
        using ResidentMomentum<double> optimizer = new(network, LearningRate);
        using ResidentTrainer<double> trainer = new(network, optimizer);
        Assert.That((Device.Uploaded, Device.Downloaded), Is.EqualTo((parameters, 0L)), "parameters cross once");

        (Tensor<double> images, Tensor<double> targets) = Batch(3);
        for (int step = 1; step <= 3; step++)
        {
            trainer.Step(images, targets);
            Assert.That((Device.Uploaded, Device.Downloaded), Is.EqualTo((parameters + step * (images.Count + targets.Count), step)));
        }

        int tensors = Device.LiveTensors;
        trainer.Step(images, targets);
        Assert.That(Device.LiveTensors, Is.EqualTo(tensors), "a warm step allocates nothing");

        Tensor<double> before = host.Parameters[0].Value.Clone();
        long downloaded = Device.Downloaded;
        network.Download();
        Assert.That(Device.Downloaded - downloaded, Is.EqualTo(2L * parameters), "parameters and gradients");
        Assert.That(host.Parameters[0].Value.Span.ToArray(), Is.Not.EqualTo(before.Span.ToArray()));
    }

    [Test]
    public void ALayerThatDevicesDoNotHaveIsNamedAndNothingStays()
    {
        Sequential<double> network = new(new Shape(1, 4, 4),
            new Convolution2D<double>(1, 2, kernel: 3, Seeds.Create(1)), new MaxPooling2D<double>(2) { Name = "S2" });
        Assert.That(() => new ResidentNetwork<double>(Device, network), Throws.TypeOf<InputException>().With.Message.EqualTo(
            "S2: there is no MaxPooling2D whose tensors stay on a device; there are Convolution2D, Dense, Tanh, AveragePooling2D and Flatten."));
        Assert.That(Device.LiveTensors, Is.Zero);
    }

    [Test]
    public void ImagesAndTargetsThatDoNotFitAreErrorsThatNameTheNetworkOrTheLoss()
    {
        using ResidentNetwork<double> network = new(Device, LeNet5Modern.Create<double>(seed: 1));
        using ResidentMomentum<double> optimizer = new(network, LearningRate);
        using ResidentTrainer<double> trainer = new(network, optimizer);
        (Tensor<double> images, Tensor<double> targets) = Batch(3);
        Assert.That(() => trainer.Step(targets, targets), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "Sequential: expected a batch of samples of shape 1x28x28; found 3x10."));
        Assert.That(() => trainer.Step(images, images), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "SoftmaxCrossEntropy: expected a tensor of shape 3x10; found 3x1x28x28."));
        targets[1, 3] += 1;
        Assert.That(() => trainer.Step(images, targets), Throws.TypeOf<InputException>().With.Message.EqualTo(
            "SoftmaxCrossEntropy: expected the targets of each sample to sum to 1 (1 at its class, 0 elsewhere); those of sample 1 sum to 2."));
        targets[1, 3] -= 1;
        trainer.Step(images, targets); // a mistake leaves the trainer as it was
        network.Dispose();
        Assert.That(() => trainer.Step(images, targets), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void BackwardNeedsAForwardBeforeIt()
    {
        using ResidentNetwork<double> network = new(Device, LeNet5Modern.Create<double>(seed: 1));
        using DeviceTensor<double> dY = Device.Allocate(new Shape(3, 10));
        Assert.That(() => network.BackwardToParameters(dY), Throws.InvalidOperationException.With.Message.EqualTo("Output: Backward needs a Forward before it."));
    }

    [TestCase(0, 0.9, 0)]
    [TestCase(0.1, 1, 0)]
    [TestCase(0.1, 0.9, -1)]
    public void SettingsOutsideTheirRangesAreRefused(double learningRate, double momentum, double weightDecay)
    {
        using ResidentNetwork<double> network = new(Device, LeNet5Modern.Create<double>(seed: 1));
        Assert.That(() => new ResidentMomentum<double>(network, learningRate, momentum, weightDecay), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private void AssertClose(double expected, double found, double tolerance, string what)
    {
        if (GivesTheBitsOfTheEngine)
            tolerance = 0;
        if (!(Math.Abs(found - expected) <= tolerance))
            Assert.Fail($"{what} is {found}, expected {expected} within {tolerance}.");
    }

    private static double Largest(Tensor<double> tensor) => tensor.Span.ToArray().Max(Math.Abs);

    private static (Tensor<double> Images, Tensor<double> Targets) Batch(int samples)
    {
        Tensor<double> images = LayerCase.RandomTensor<double>(new Shape(samples, 1, 28, 28), Seeds.Create(samples));
        Tensor<double> targets = new(new Shape(samples, 10));
        for (int n = 0; n < samples; n++)
            targets[n, 3 * n % 10] = 1;
        return (images, targets);
    }
}

[TestFixture]
internal sealed class ManagedResidentNetworkTests : ResidentNetworkTests
{
    protected override bool GivesTheBitsOfTheEngine => true;

    protected override IResidentDevice<double> Open() => new ManagedResidentDevice<double>();
}
