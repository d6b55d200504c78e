using NUnit.Framework;
using RefNet.Layers;
using RefNet.LinearAlgebra;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Generators;

namespace RefNet.Tests.Layers;

/// <summary>Values and slopes of the functions of one element.</summary>
[TestFixture]
public sealed class ActivationTests
{
    private static readonly Layer<double>[] Activations = [new ReLU<double>(), new ScaledTanh<double>(), new Sigmoid<double>(), new Tanh<double>()];

    [Test]
    public void L9_SigmoidOfZeroIsOneHalfAndItsSlopeIsAtMostAQuarter()
    {
        Sigmoid<double> sigmoid = new();
        Assert.That(Value(sigmoid, 0), Is.EqualTo(0.5));
        Assert.That(Value(sigmoid, Math.Log(3)), Is.EqualTo(0.75).Within(1e-15));
        Assert.That(Slope(sigmoid, 0), Is.EqualTo(0.25));
        for (double x = -10; x <= 10; x += 0.125)
            Assert.That(Slope(sigmoid, x), Is.InRange(0, 0.25), $"at x = {x}");
    }

    [Test]
    public void L9_SigmoidStaysFiniteFarOut()
    {
        Sigmoid<double> sigmoid = new();
        Assert.That(Value(sigmoid, 1000), Is.EqualTo(1));
        Assert.That(Value(sigmoid, -1000), Is.EqualTo(0));
        Assert.That(Slope(sigmoid, 1000), Is.EqualTo(0));
    }

    [Test]
    public void L9_TanhIsOddAndHasSlopeOneAtZero()
    {
        Tanh<double> tanh = new();
        Assert.That(Value(tanh, 0), Is.EqualTo(0));
        Assert.That(Slope(tanh, 0), Is.EqualTo(1));
        Assert.That(Value(tanh, -0.7), Is.EqualTo(-Value(tanh, 0.7)));
        Assert.That(Value(tanh, Math.Log(2)), Is.EqualTo(0.6).Within(1e-15), "tanh ln 2 = (2 - 1/2)/(2 + 1/2)");
    }

    [Test]
    public void L9_ScaledTanhPassesThroughPlusAndMinusOne()
    {
        ScaledTanh<double> scaledTanh = new();
        // The paper prints A = 1.7159, four decimals of the A with f(1) = 1; half a unit of the last, times tanh(2/3) = 0.58.
        Assert.That(Value(scaledTanh, 1), Is.EqualTo(1).Within(3e-5));
        Assert.That(Value(scaledTanh, -1), Is.EqualTo(-1).Within(3e-5));
        Assert.That(Value(scaledTanh, 1), Is.EqualTo(1.7159 * Math.Tanh(2.0 / 3)).Within(1e-15));
        Assert.That(Value(scaledTanh, 1000), Is.EqualTo(1.7159));
        Assert.That(Slope(scaledTanh, 0), Is.EqualTo(1.7159 * 2 / 3).Within(1e-15));
    }

    [Test]
    public void L9_ReLUKeepsWhatIsAboveZeroAndHasSlopeZeroAtTheKink()
    {
        ReLU<double> relu = new();
        Assert.That(Value(relu, 2.5), Is.EqualTo(2.5));
        Assert.That(Value(relu, -2.5), Is.EqualTo(0));
        Assert.That(new[] { Slope(relu, 2.5), Slope(relu, -2.5), Slope(relu, 0) }, Is.EqualTo(new double[] { 1, 0, 0 }));
    }

    [TestCaseSource(nameof(Activations))]
    public void ABatchCutIntoRunsGivesWhatItsElementsGiveAlone(Layer<double> activation)
    {
        // Over two runs of 4096 elements and a remainder that no vector divides.
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(3, 2741), Seeds.Create(1));
        Tensor<double> dY = LayerCase.RandomTensor<double>(x.Shape, Seeds.Create(2));
        double[] y = activation.Forward(x, Mode.Train).Span.ToArray();
        double[] dX = activation.Backward(dY).Span.ToArray();
        for (int i = 0; i < x.Count; i++)
        {
            Assert.That(y[i], Is.EqualTo(Value(activation, x[i / 2741, i % 2741])).Within(1e-15), $"y[{i}]");
            Assert.That(dX[i], Is.EqualTo(dY.Span[i] * Slope(activation, x.Span[i])).Within(1e-15), $"dX[{i}]");
        }
    }

    [TestCaseSource(nameof(Activations))]
    public void ThreadsDoNotChangeABit(Layer<double> activation)
    {
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(5, 3001), Seeds.Create(3));
        int threads = ParallelLoop.MaxThreads;
        try
        {
            ParallelLoop.MaxThreads = 1;
            double[] one = activation.Forward(x, Mode.Train).Span.ToArray();
            ParallelLoop.MaxThreads = 2;
            Assert.That(activation.Forward(x, Mode.Train).Span.ToArray(), Is.EqualTo(one));
        }
        finally
        {
            ParallelLoop.MaxThreads = threads;
        }
    }

    private static double Value(Layer<double> layer, double x) => layer.Forward(new Tensor<double>(new Shape(1, 1), [x]), Mode.Evaluate)[0, 0];

    private static double Slope(Layer<double> layer, double x)
    {
        Value(layer, x);
        return layer.Backward(new Tensor<double>(new Shape(1, 1), [1.0]))[0, 0];
    }
}
