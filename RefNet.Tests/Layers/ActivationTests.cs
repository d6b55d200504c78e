using NUnit.Framework;
using RefNet.Layers;
using RefNet.LinearAlgebra;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

/// <summary>Values and slopes of the functions of one element.</summary>
[TestFixture]
public sealed class ActivationTests
{
    private static readonly Layer<double>[] Activations =
    [
        new Elu<double>(0.5), new LeakyReLU<double>(0.2), new ReLU<double>(), new ScaledTanh<double>(), new Sigmoid<double>(), new Softplus<double>(), new Tanh<double>(),
    ];

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

    [Test]
    public void L9_LeakyReLUHasItsSlopeBelowZeroAndAtTheKink()
    {
        LeakyReLU<double> leaky = new(0.1);
        Assert.That(new[] { Value(leaky, 2.5), Value(leaky, -2.5) }, Is.EqualTo(new[] { 2.5, -0.25 }));
        Assert.That(new[] { Slope(leaky, 2.5), Slope(leaky, -2.5), Slope(leaky, 0) }, Is.EqualTo(new[] { 1, 0.1, 0.1 }));
        Assert.That(() => new LeakyReLU<double>(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void X40_TheMaximumIsLeakyReLUForSlopesUpToOneOnly([Values(0, 0.1, 0.5, 1, 2)] double a)
    {
        LeakyReLU<double> leaky = new(a);
        double[] xs = [-3, -0.5, 0, 0.5, 3];
        bool same = xs.All(x => Value(leaky, x) == Math.Max(a * x, x));
        Assert.That(same, Is.EqualTo(a <= 1));
    }

    [Test]
    public void L9_EluGoesDownToMinusAlphaAndIsSmoothForAlphaOne()
    {
        Elu<double> elu = new();
        Assert.That(Value(elu, 2.5), Is.EqualTo(2.5));
        Assert.That(Value(elu, -Math.Log(4)), Is.EqualTo(-0.75).Within(1e-15));
        Assert.That(Value(elu, -1000), Is.EqualTo(-1));
        Assert.That(new[] { Slope(elu, -1e-12), Slope(elu, 0), Slope(elu, 1e-12) }, Is.EqualTo(new double[] { 1, 1, 1 }).Within(1e-11), "no jump");
        Elu<double> half = new(0.5);
        Assert.That(new[] { Slope(half, 0), Slope(half, 1e-12) }, Is.EqualTo(new[] { 0.5, 1 }), "a jump from α to 1");
        Assert.That(() => new Elu<double>(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void L9_SoftplusIsASmoothReLU()
    {
        Softplus<double> softplus = new();
        Assert.That(Value(softplus, 0), Is.EqualTo(Math.Log(2)).Within(1e-15));
        Assert.That(new[] { Value(softplus, 1000), Value(softplus, -1000) }, Is.EqualTo(new double[] { 1000, 0 }), "finite far out");
        Assert.That(Value(softplus, 3) - Value(softplus, -3), Is.EqualTo(3).Within(1e-15), "f(x) - f(-x) = x");
        Assert.That(new[] { Slope(softplus, 0), Slope(softplus, 1000), Slope(softplus, -1000) }, Is.EqualTo(new[] { 0.5, 1, 0 }));
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
