using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Lectures;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Losses;

[TestFixture]
public sealed class MeanSquaredErrorTests
{
    [Test]
    public void Y10_TheWeatherForecastIsOffBy91Point2Squared()
    {
        double loss = new MeanSquaredError<double>().Forward(new Tensor<double>(new Shape(1, 1), [-10.4]), new Tensor<double>(new Shape(1, 1), [80.8]));
        Assert.That(loss, Is.EqualTo(91.2 * 91.2).Within(1e-11));
        Assert.That(loss, Is.EqualTo(8317.44).Within(1e-11));
    }

    [Test]
    public void Y10_TheWeatherNetworkHas41Parameters()
    {
        Network<double> network = new(new Shape(3), seed: 1,
            new Dense<double>(3, 4), new Sigmoid<double>(),
            new Dense<double>(4, 4), new Sigmoid<double>(),
            new Dense<double>(4, 1));
        Assert.That(network.Parameters.Sum(parameter => parameter.Count), Is.EqualTo(41));
    }

    [Test]
    public void SquaresAreSummedOverOutputsAndAveragedOverSamples()
    {
        MeanSquaredError<double> loss = new();
        Assert.That(loss.Forward(new Tensor<double>(new Shape(2, 2), [1, 2, 3, 4]), new Tensor<double>(new Shape(2, 2), [0, 0, 3, 5])), Is.EqualTo((1 + 4 + 0 + 1) / 2.0));
        Assert.That(loss.Backward().Values.ToArray(), Is.EqualTo(new double[] { 1, 2, 0, -1 }));
    }

    [Test]
    public void TheGradientAgreesWithFiniteDifferencesInAnyShape([Values(1, 2, 3)] int samples) => LossCheck.GradientAgrees(
        new MeanSquaredError<double>(),
        LayerCase.RandomTensor<double>(new Shape(samples, 2, 3), Seeds.Create(samples, 1)),
        LayerCase.RandomTensor<double>(new Shape(samples, 2, 3), Seeds.Create(samples, 2)));

    [Test]
    public void TargetsOfAnotherShapeAreAnError()
    {
        Assert.That(() => new MeanSquaredError<float>().Forward(new Tensor<float>(new Shape(2, 1)), new Tensor<float>(new Shape(1, 2))),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("MeanSquaredError: expected targets of the shape of the outputs, 2x1; found 1x2."));
        Assert.That(() => new MeanSquaredError<float>().Backward(), Throws.InvalidOperationException);
    }

    // The slide's 20 lines, with what numpy's RandomState(0) draws. Its loss is summed over the 64 samples where ours is a
    // mean, so the loss is 64 of ours and the rate 64 of its.
    [Test]
    public void Y24_TheTwentyLineNetworkOfTheSlideLearnsAsItDoesInNumpy()
    {
        const int N = 64, DIn = 1000, H = 100, DOut = 10;
        NumpyRandom numpy = new(0);
        Tensor<double> x = numpy.Normal(N, DIn);
        Tensor<double> y = numpy.Normal(N, DOut);
        Network<double> network = new(new Shape(DIn), seed: 1, new Dense<double>(DIn, H, useBias: false), new Sigmoid<double>(), new Dense<double>(H, DOut, useBias: false));
        SetToTranspose(network.Parameters[0].Value, numpy.Normal(DIn, H));
        SetToTranspose(network.Parameters[1].Value, numpy.Normal(H, DOut));

        StochasticGradientDescent<double> optimizer = new(network.Parameters, N * 1e-4);
        MeanSquaredError<double> loss = new();
        Dictionary<int, double> printed = new() { [0] = 24635.8935, [1] = 17744.7521, [100] = 2383.1556, [500] = 210.9843, [1999] = 4.3485 };
        for (int t = 0; t < 2000; t++)
        {
            double sum = N * loss.Forward(network.Forward(x, Mode.Train), y);
            if (printed.TryGetValue(t, out double expected))
                Assert.That(sum, Is.EqualTo(expected).Within(1e-4), $"the loss that the slide prints at t = {t}");
            network.ClearGradients();
            network.Backward(loss.Backward());
            optimizer.Step();
        }
    }

    // The slide multiplies x W with W of inputs x units; Dense keeps one row a unit.
    private static void SetToTranspose(Tensor<double> weight, Tensor<double> w)
    {
        for (int unit = 0; unit < weight.Shape[0]; unit++)
        {
            for (int input = 0; input < weight.Shape[1]; input++)
                weight[unit, input] = w[input, unit];
        }
    }
}
