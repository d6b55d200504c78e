using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Targets need not be classes: a trainer fits numbers with the squared error.</summary>
[TestFixture]
public sealed class RegressionTests
{
    private const int Samples = 24;

    [Test]
    public void Y10_ALinearMapIsFoundFromItsValues()
    {
        Tensor<double> w = new(new Shape(2, 3), [1, -2, 3, 0.5, 0, -1]);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(Samples, 3), Seeds.Create(1));
        Tensor<double> y = new(new Shape(Samples, 2));
        for (int n = 0; n < Samples; n++)
        {
            for (int c = 0; c < 2; c++)
                y[n, c] = w[c, 0] * x[n, 0] + w[c, 1] * x[n, 1] + w[c, 2] * x[n, 2] + c; // b = (0, 1)
        }

        Network<double> network = new(new Shape(3), seed: 1, new Dense<double>(3, 2) { Name = "fc" });
        Objective<double> objective = new(network, () => new MeanSquaredError<double>());
        Trainer<double> trainer = new(objective, new StochasticGradientDescent<double>(network.Parameters, learningRate: 0.2));
        Batch<double> batch = new(x, new Targets<double>(y));
        (double loss, int? errors) = trainer.Step(batch);
        Assert.That(loss, Is.GreaterThan(1));
        Assert.That(errors, Is.Null, "there are no classes");
        for (int step = 0; step < 300; step++)
            (loss, _) = trainer.Step(batch);

        Assert.That(loss, Is.LessThan(1e-20), "the target is a map of this kind, so that nothing but rounding is left");
        TensorAssert.AreClose(w, network.Parameters[0].Value, 1e-9, "W");
        TensorAssert.AreClose(new Tensor<double>(new Shape(2), [0, 1]), network.Parameters[1].Value, 1e-9, "b");
    }

    // Targets in the shape of images: each pixel is a number.
    [Test]
    public void ADeltaKernelIsFoundFromImages()
    {
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(Samples, 1, 5, 5), Seeds.Create(2));
        Network<double> network = new(new Shape(1, 5, 5), seed: 1, new Convolution2D<double>(1, 1, kernel: 3, padding: 1));
        Objective<double> objective = new(network, () => new MeanSquaredError<double>());
        Trainer<double> trainer = new(objective, new Momentum<double>(network.Parameters, learningRate: 0.005), () => new Objective<double>(
            new Network<double>(new Shape(1, 5, 5), seed: 2, new Convolution2D<double>(1, 1, kernel: 3, padding: 1)), () => new MeanSquaredError<double>()));
        Batch<double> batch = new(x, new Targets<double>(x));
        for (int step = 0; step < 400; step++)
            Assert.That(trainer.Step(batch).Errors, Is.Null, "threads that share the batch count none either");

        TensorAssert.AreClose(new Tensor<double>(new Shape(1, 1, 3, 3), [0, 0, 0, 0, 1, 0, 0, 0, 0]), network.Parameters[0].Value, 1e-6, "W");
    }

    [Test]
    public void AsManyTargetsAsSamplesAreNeeded() =>
        Assert.That(() => new Batch<double>(new Tensor<double>(new Shape(3, 2)), new Targets<double>(new Tensor<double>(new Shape(2, 2)))),
            Throws.TypeOf<InputException>().With.Message.Contains("Expected 3 targets, one for each sample; found 2."));
}
