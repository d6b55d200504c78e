using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace RefNet.Tests.Initializers;

[TestFixture]
public sealed class InitializerTests
{
    private static readonly object[] DeepNetworks =
    [
        new object[] { nameof(Tanh<>), "0.01", 3e-7 }, new object[] { nameof(Tanh<>), "LeCun", 0.23 }, new object[] { nameof(Tanh<>), "He", 0.56 },
        new object[] { nameof(ReLU<>), "0.01", 7e-9 }, new object[] { nameof(ReLU<>), "LeCun", 0.027 }, new object[] { nameof(ReLU<>), "He", 0.83 },
    ];

    // Ten layers of 500 units, standard normal inputs: the deviation of the last layer's outputs. A layer of n units changes
    // the mean square from one network to the next by √(v/n), where v is the variance of f(z)² over its squared mean: ten
    // layers by √(10 v/500), and the deviation by half of it. ReLU: E z⁴/2 / (1/2)² - 1 = 5, so 16 %. Tanh where it is nearly
    // linear: E z⁴ - 1 = 2, so 10 %, and less where it saturates. The slide's numbers are one draw and these another: twice
    // that.
    [TestCaseSource(nameof(DeepNetworks))]
    public void T8_C9_TheSpreadAfterTenLayersOf500Units(string activation, string initializer, double expected)
    {
        Initializer spread = initializer switch { "LeCun" => Initializer.LeCun, "He" => Initializer.He, _ => Initializer.Gaussian(0.01) };
        List<Layer<double>> layers = [];
        for (int i = 0; i < 10; i++)
            layers.AddRange([new Dense<double>(500, 500, spread), activation == nameof(Tanh<>) ? new Tanh<double>() : new ReLU<double>()]);

        double[] y = new Network<double>(new Shape(500), seed: 1, [.. layers])
            .Forward(LayerCase.RandomTensor<double>(new Shape(100, 500), Seeds.Create(1)), Mode.Evaluate).Values.ToArray();
        double mean = y.Average();
        Assert.That(Math.Sqrt(y.Average(v => (v - mean) * (v - mean))), Is.EqualTo(expected).Within(activation == nameof(Tanh<>) ? 20 : 32).Percent);
    }

    [Test]
    public void T8_UnitsThatStartEqualStayEqual()
    {
        Network<double> network = SmallNetwork(Initializer.Zeros);
        foreach (Parameter<double> parameter in network.Parameters)
            parameter.Value.Span.Fill(0.5);
        Train(network, steps: 50);
        Tensor<double> weight = network.Parameters[0].Value;
        Assert.That(weight.Sample(0).ToArray(), Is.Not.EqualTo(new[] { 0.5, 0.5, 0.5 }), "the network has learned something");
        for (int unit = 1; unit < 4; unit++)
            Assert.That(weight.Sample(unit).ToArray(), Is.EqualTo(weight.Sample(0).ToArray()), "yet four hidden units do the work of one");
    }

    [Test]
    public void T8_RandomWeightsBreakTheSymmetry()
    {
        Network<double> network = SmallNetwork(Initializer.LeCun);
        Train(network, steps: 50);
        Assert.That(network.Parameters[0].Value.Sample(1).ToArray(), Is.Not.EqualTo(network.Parameters[0].Value.Sample(0).ToArray()));
    }

    [Test]
    public void T8_HiddenUnitsInAnotherOrderGiveTheSameOutput()
    {
        Network<double> network = SmallNetwork(Initializer.LeCun);
        Network<double> permuted = SmallNetwork(Initializer.LeCun);
        int[] order = [2, 0, 3, 1];
        for (int unit = 0; unit < 4; unit++)
        {
            network.Parameters[0].Value.Sample(order[unit]).CopyTo(permuted.Parameters[0].Value.SampleSpan(unit)); // rows of W1
            for (int output = 0; output < 2; output++)
                permuted.Parameters[2].Value[output, unit] = network.Parameters[2].Value[output, order[unit]]; // columns of W2
        }

        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(5, 3), Seeds.Create(4));
        Assert.That(permuted.Forward(x, Mode.Evaluate).Values.ToArray(), Is.EqualTo(network.Forward(x, Mode.Evaluate).Values.ToArray()).Within(1e-15));
    }

    [Test]
    public void X29_EachSchemeHasItsVariance()
    {
        // 60,000 draws: the variance of a sample errs by √(2/60000) = 0.6 % at most (less for uniform numbers); four of that.
        Assert.That(Variance(Initializer.LeCun), Is.EqualTo(1.0 / 300).Within(2.4).Percent);
        Assert.That(Variance(Initializer.Xavier), Is.EqualTo(2.0 / (300 + 200)).Within(2.4).Percent);
        Assert.That(Variance(Initializer.He), Is.EqualTo(2.0 / 300).Within(2.4).Percent);
        Assert.That(Variance(Initializer.LeNet), Is.EqualTo(Math.Pow(2.4 / 300, 2) / 3).Within(2.4).Percent, "uniform on ±a has variance a²/3");
        Assert.That(Variance(Initializer.Gaussian(0.01)), Is.EqualTo(1e-4).Within(2.4).Percent);
        Assert.That(Variance(Initializer.Zeros), Is.EqualTo(0));
    }

    [TestCase(6, 10)]
    [TestCase(10, 6)]
    [TestCase(8, 8)]
    public void T8_OrthogonalRowsOrColumnsHaveTheLengthOfTheGain(int rows, int columns)
    {
        double[] w = new double[rows * columns];
        Initializer.Orthogonal(gain: 3).Fill<double>(w, new Shape(rows, columns), columns, rows, Seeds.Create(1));
        int count = Math.Min(rows, columns);
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b < count; b++)
            {
                double dot = rows > columns
                    ? Enumerable.Range(0, rows).Sum(i => w[i * columns + a] * w[i * columns + b])
                    : Enumerable.Range(0, columns).Sum(j => w[a * columns + j] * w[b * columns + j]);
                Assert.That(dot, Is.EqualTo(a == b ? 9 : 0).Within(1e-13));
            }
        }
    }

    // Normal weights of variance 1/n change the length by chance at each layer; orthogonal ones do not at all.
    [Test]
    public void T8_ADeepLinearNetworkOfOrthogonalMatricesKeepsTheLengthOfItsInputAndOfItsGradient()
    {
        Network<double> network = new(new Shape(40), seed: 1, [.. Enumerable.Range(0, 50).Select(_ => new Dense<double>(40, 40, Initializer.Orthogonal(), useBias: false))]);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(1, 40), Seeds.Create(1)), y = network.Forward(x, Mode.Train);
        double length = TensorPrimitives.Norm(x.Values);
        Assert.That(TensorPrimitives.Norm(y.Values), Is.EqualTo(length).Within(1e-12));
        Assert.That(TensorPrimitives.Norm(network.Backward(x).Values), Is.EqualTo(length).Within(1e-12));
        Assert.That(y.Values.ToArray(), Is.Not.EqualTo(x.Values.ToArray()).Within(1e-3));
    }

    [Test]
    public void T8_AKernelIsAMatrixWithARowForEachMap()
    {
        Convolution2D<double> layer = new(2, 5, kernel: 3, initializer: Initializer.Orthogonal());
        layer.Initialize(seed: 1);
        Tensor<double> w = layer.Parameters[0].Value;
        Assert.That(TensorPrimitives.Dot(w.Sample(1), w.Sample(4)), Is.EqualTo(0).Within(1e-14));
        Assert.That(TensorPrimitives.Norm(w.Sample(3)), Is.EqualTo(1).Within(1e-14));
        Assert.That(layer.ToString(), Does.Contain("initializer: Initializer.Orthogonal()"));
    }

    [Test]
    public void BilinearWeightsAreKernels() => Assert.That(
        () => new Dense<double>(3, 4, Initializer.Bilinear).Parameters[0].Value, Throws.ArgumentException.With.Message.Contains("kernels").And.Message.Contains("4x3"));

    // A layer whose weights come from elsewhere must not shift the draws of the layers after it.
    [Test]
    public void ZerosDrawNothing()
    {
        Random random = Seeds.Create(1);
        double[] weights = [1, 2, 3];
        Initializer.Zeros.Fill<double>(weights, 3, 1, random);
        Assert.That(weights, Is.All.Zero);
        Assert.That(random.NextDouble(), Is.EqualTo(Seeds.Create(1).NextDouble()), "the next number is still the first");
    }

    private static double Variance(Initializer initializer)
    {
        double[] weights = new double[300 * 200];
        initializer.Fill<double>(weights, 300, 200, Seeds.Create(1));
        return weights.Average(w => w * w);
    }

    private static Network<double> SmallNetwork(Initializer initializer) => new(new Shape(3), seed: 1,
        new Dense<double>(3, 4, initializer), new Tanh<double>(), new Dense<double>(4, 2, initializer));

    private static void Train(Network<double> network, int steps)
    {
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(6, 3), Seeds.Create(3));
        Tensor<double> target = new(new Shape(6, 2), [1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0]);
        SoftmaxCrossEntropy<double> loss = new();
        StochasticGradientDescent<double> optimizer = new(network.Parameters, 0.5);
        for (int step = 0; step < steps; step++)
        {
            loss.Forward(network.Forward(x, Mode.Train), target);
            network.ClearGradients();
            network.Backward(loss.Backward());
            optimizer.Step();
        }
    }
}
