using System.Numerics;
using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Lectures;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Verification;

namespace RefNet.Tests.Lectures;

/// <summary>Rows about normalisation, residual blocks and random depth, over random cases.</summary>
[TestFixture]
public sealed class BlockRowTests
{
    [Test]
    public void X15_PoolingAndNormalizationChangePlacesInEvaluationWithGammaAboveZeroOnly()
    {
        foreach (double gamma in new[] { 0.01, 0.5, 1, 3 })
        {
            Assert.That(ResidualBlocks.StemDistance(Mode.Evaluate, gamma), Is.EqualTo(0).Within(1e-14), $"gamma {gamma}");
            Assert.That(ResidualBlocks.StemDistance(Mode.Evaluate, -gamma), Is.GreaterThan(0.001), $"gamma {-gamma}");
            Assert.That(ResidualBlocks.StemDistance(Mode.Train, gamma), Is.GreaterThan(0.1), $"gamma {gamma}, in training");
        }
    }

    [Test]
    public void X16_ABranchThatEndsInReLUCanOnlyAdd([Range(0, 9)] int seed, [Values] Mode mode)
    {
        Random random = Seeds.Create(seed);
        Sum<double> block = new(
            new Sequential<double>(new Convolution2D<double>(3, 3, kernel: 3, padding: 1), new BatchNormalization<double>(3), new ReLU<double>()),
            new Identity<double>());
        block.Initialize(seed);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3, 4, 5), random);
        double[] y = block.Forward(x, mode).Values.ToArray();
        Assert.That(y.Zip(x.Values.ToArray()).All(pair => pair.First >= pair.Second), Is.True);
        Assert.That(y.Zip(x.Values.ToArray()).Any(pair => pair.First > pair.Second), Is.True, "and it does add");
    }

    [Test]
    public void X17_ABiasInFrontOfBatchNormalizationHasGradientZeroInTrainingAndNotInEvaluation([Range(0, 4)] int seed)
    {
        Network<double> layers = new(new Shape(2, 4, 4), seed, new Convolution2D<double>(2, 3, kernel: 3), new BatchNormalization<double>(3));
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(3, 2, 4, 4), Seeds.Create(seed));
        GradientCheck.Run(layers, x, Mode.Train).EnsurePassed();
        Assert.That(BiasGradient(layers, x, Mode.Train), Is.All.EqualTo(0).Within(1e-12));
        Assert.That(BiasGradient(layers, x, Mode.Evaluate), Has.All.Not.EqualTo(0).Within(1e-6), "fixed statistics take no mean away");
    }

    [Test]
    public void X19_GradientsReachTheFirstLayerThroughBatchNormalization()
    {
        double[] plain = ResidualBlocks.Norms(16, normalized: true, shortcuts: false, Initializer.He);
        double[] residual = ResidualBlocks.Norms(16, normalized: true, shortcuts: true, Initializer.He);
        double[] small = ResidualBlocks.Norms(16, normalized: false, shortcuts: false, Initializer.Gaussian(0.01));
        Assert.That(plain, Has.All.InRange(1e-3, 1e3));
        Assert.That(residual, Has.All.InRange(1e-3, 1e3));
        Assert.That(small, Is.Ordered, "smaller at each layer on the way back");
        Assert.That(small[0], Is.LessThan(1e-6));
    }

    // y = a x + b with one a and b for all values of a channel, and a² times the variance of x is 1.
    [Test]
    public void X23_NormalizationIsOneLineForEachChannelAndKeepsTheFormOfTheDistribution([Range(0, 4)] int seed)
    {
        const int M = 12;
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(M, 2), Seeds.Create(seed));
        Tensor<double> y = new BatchNormalization<double>(2, epsilon: 1e-12).Forward(x, Mode.Train);
        for (int c = 0; c < 2; c++)
        {
            double a = (y[1, c] - y[0, c]) / (x[1, c] - x[0, c]);
            double mean = Enumerable.Range(0, M).Average(n => x[n, c]);
            double variance = Enumerable.Range(0, M).Average(n => (x[n, c] - mean) * (x[n, c] - mean));
            Assert.That(a, Is.EqualTo(1 / Math.Sqrt(variance)).Within(1e-9), "the root of the variance, not the variance");
            for (int n = 0; n < M; n++)
                Assert.That(y[n, c], Is.EqualTo(a * (x[n, c] - mean)).Within(1e-9), "every value on one line");
        }
    }

    // E over the four networks of two linear branches is the network with branches scaled by p; a ReLU in a branch breaks it.
    [Test]
    public void X26_ScaledBranchesGiveTheMeanOverAllDepthsIfTheyAreLinear([Range(0, 9)] int seed)
    {
        Random random = Seeds.Create(seed);
        double p1 = random.NextDouble(), p2 = random.NextDouble();
        double[] mean = new double[3];
        for (int drawn = 0; drawn < 4; drawn++)
        {
            int first = drawn & 1, second = drawn >> 1;
            double probability = (first == 1 ? p1 : 1 - p1) * (second == 1 ? p2 : 1 - p2);
            double[] y = TwoBlocks(seed, first, second, linear: true);
            mean = [.. mean.Zip(y, (sum, value) => sum + probability * value)];
        }

        Assert.That(TwoBlocks(seed, p1, p2, linear: true), Is.EqualTo(mean).Within(1e-13));
        Assert.That(TwoBlocks(seed, 1, 1, linear: true), Is.Not.EqualTo(mean).Within(1e-6), "the full network without scaling");
        Assert.That(TwoBlocks(seed, 0, 0, linear: false), Is.EqualTo(TwoBlocks(seed, 0, 0, linear: true)), "nothing is left but the input");
    }

    // Average, Dense to C/r, ReLU, Dense to C, sigmoid: a number for each channel, which scales it.
    [Test]
    public void L18_SqueezeAndExcitationHasTwiceCSquaredOverRWeightsAndItsGradientsPass([Values] Mode mode)
    {
        Assert.That(Gated<float>(256, 16).Parameters.Sum(parameter => parameter.Count), Is.EqualTo(8_192));

        Product<double> block = Gated<double>(6, 2);
        block.Initialize(seed: 18);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 6, 4, 4), Seeds.Create(18));
        GradientCheck.Run(block, x, mode).EnsurePassed();
        Tensor<double> y = block.Forward(x, mode);
        for (int c = 0; c < 6; c++)
        {
            double scale = y[0, c, 0, 0] / x[0, c, 0, 0];
            Assert.That(scale, Is.InRange(0, 1));
            Assert.That(y[0, c, 3, 2], Is.EqualTo(scale * x[0, c, 3, 2]).Within(1e-14), "one scale for the whole channel");
        }

        static Product<T> Gated<T>(int channels, int r) where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            new Identity<T>(),
            new Sequential<T>(new AveragePooling2D<T>(4), new Flatten<T>(),
                new Dense<T>(channels, channels / r, useBias: false), new ReLU<T>(), new Dense<T>(channels / r, channels, useBias: false), new Sigmoid<T>()));
    }

    private static double[] BiasGradient(Network<double> layers, Tensor<double> x, Mode mode)
    {
        layers.ClearGradients();
        Tensor<double> y = layers.Forward(x, mode);
        layers.Backward(LayerCase.RandomTensor<double>(y.Shape, Seeds.Create(7)));
        return layers.Parameters[1].Gradient.Values.ToArray();
    }

    private static double[] TwoBlocks(int seed, double firstScale, double secondScale, bool linear)
    {
        Dense<double> first = new(3, 3, useBias: false), second = new(3, 3, useBias: false);
        Network<double> network = new(new Shape(3), seed, Block(first), Block(second));
        Scale(first, firstScale);
        Scale(second, secondScale);
        return network.Forward(new Tensor<double>(new Shape(1, 3), [1, -2, 0.5]), Mode.Evaluate).Values.ToArray();

        Sum<double> Block(Dense<double> branch) => new(linear ? branch : new Sequential<double>(branch, new ReLU<double>()), new Identity<double>());

        static void Scale(Dense<double> branch, double scale)
        {
            foreach (ref double w in branch.Parameters[0].Value.Span)
                w *= scale;
        }
    }
}
