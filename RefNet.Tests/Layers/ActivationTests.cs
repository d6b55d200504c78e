using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Layers;

/// <summary>Values and slopes of the functions of one element.</summary>
[TestFixture]
public sealed class ActivationTests
{
    private static readonly Activation<double>[] Activations =
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
        Assert.That(() => new LeakyReLU<double>(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("The slope must be a finite number."));
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
        Assert.That(() => new Elu<double>(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("α must be a finite number above 0."));
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

    [Test]
    public void L9_PReLULearnsASlopeForEachChannel()
    {
        PReLU<double> prelu = new(2);
        Assert.That(prelu.Parameters.Single().Value.Values.ToArray(), Is.EqualTo(new[] { 0.25, 0.25 }));
        Assert.That(prelu.Parameters.Single().IsWeight, Is.False, "decay would make it a ReLU");
        prelu.Parameters.Single().Value[1] = -1;
        Tensor<double> y = prelu.Forward(new Tensor<double>(new Shape(1, 2, 1, 3), [-4, 0, 2, -4, 0, 2]), Mode.Train);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { -1, 0, 2, 4, 0, 2 }));
        Assert.That(prelu.Backward(new Tensor<double>(y.Shape, [1, 1, 1, 2, 2, 2])).Values.ToArray(), Is.EqualTo(new[] { 0.25, 0.25, 1, -2, -2, 2 }));
        Assert.That(prelu.Parameters.Single().Gradient.Values.ToArray(), Is.EqualTo(new double[] { -4, -8 }));
        Assert.That(() => new PReLU<double>(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void L9_X40_MaxoutIsTheLargestOfItsPieces()
    {
        Maxout<double> maxout = new(pieces: 3);
        Assert.That(maxout.OutputShape(new Shape(6, 4, 5)), Is.EqualTo(new Shape(2, 4, 5)));
        Tensor<double> y = maxout.Forward(new Tensor<double>(new Shape(1, 6), [1, 3, 2, 5, 4, 5]), Mode.Train);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { 3, 5 }));
        Assert.That(maxout.Backward(new Tensor<double>(new Shape(1, 2), [10, 20])).Values.ToArray(), Is.EqualTo(new double[] { 0, 10, 0, 20, 0, 0 }), "of a tie the first wins");
        Assert.That(maxout.Forward(new Tensor<double>(new Shape(1, 3), [1, double.NaN, 2]), Mode.Train)[0, 0], Is.NaN);
        Assert.That(() => maxout.OutputShape(new Shape(4)), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "Maxout: expected samples of channels or of channels x rows x columns, with channels a multiple of 3; found 4."));
        Assert.That(() => new Maxout<double>(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [TestCaseSource(nameof(Activations))]
    public void ABatchCutIntoRunsGivesWhatItsElementsGiveAlone(Layer<double> activation)
    {
        // Over two runs of 4096 elements and a remainder that no vector divides.
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(3, 2741), Seeds.Create(1));
        Tensor<double> dY = LayerCase.RandomTensor<double>(x.Shape, Seeds.Create(2));
        double[] y = activation.Forward(x, Mode.Train).Values.ToArray();
        double[] dX = activation.Backward(dY).Values.ToArray();
        for (int i = 0; i < x.Count; i++)
        {
            Assert.That(y[i], Is.EqualTo(Value(activation, x[i / 2741, i % 2741])).Within(1e-15), $"y[{i}]");
            Assert.That(dX[i], Is.EqualTo(dY.Values[i] * Slope(activation, x.Values[i])).Within(1e-15), $"dX[{i}]");
        }
    }

    // The two methods are the definition; the fast implementation that Kernel names must agree with it.
    [TestCaseSource(nameof(Activations))]
    public void ValueAndSlopeAreWhatForwardAndBackwardCompute(Activation<double> activation)
    {
        for (double x = -6; x <= 6; x += 0.0625)
        {
            double y = Value(activation, x);
            Assert.That(y, Is.EqualTo(activation.Value(x)).Within(1e-15 * Math.Max(1, Math.Abs(y))), $"f({x})");
            Assert.That(Slope(activation, x), Is.EqualTo(activation.Slope(x, y)).Within(1e-15), $"f'({x})");
        }
    }

    [Test]
    public void AnActivationOfAStudentNeedsTheTwoAlone()
    {
        Cube cube = new();
        Tensor<double> y = cube.Forward(new Tensor<double>(new Shape(1, 3), [-1, 2, 3]), Mode.Train);
        Assert.That(y.Values.ToArray(), Is.EqualTo(new double[] { -1, 8, 27 }));
        Assert.That(cube.Backward(new Tensor<double>(y.Shape, [1, 1, 10])).Values.ToArray(), Is.EqualTo(new double[] { 3, 12, 270 }));
        Assert.That(cube.ToString(), Is.EqualTo("new Cube()"));
    }

    [TestCaseSource(nameof(Activations))]
    public void ThreadsDoNotChangeABit(Layer<double> activation)
    {
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(5, 3001), Seeds.Create(3));
        int threads = ParallelLoop.MaxThreads;
        try
        {
            ParallelLoop.MaxThreads = 1;
            double[] one = activation.Forward(x, Mode.Train).Values.ToArray();
            ParallelLoop.MaxThreads = 2;
            Assert.That(activation.Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(one));
        }
        finally
        {
            ParallelLoop.MaxThreads = threads;
        }
    }

    private sealed class Cube : Activation<double>
    {
        public override double Value(double x) => x * x * x;

        public override double Slope(double x, double y) => 3 * x * x;
    }

    private static double Value(Layer<double> layer, double x) => layer.Forward(new Tensor<double>(new Shape(1, 1), [x]), Mode.Evaluate)[0, 0];

    private static double Slope(Layer<double> layer, double x)
    {
        Value(layer, x);
        return layer.Backward(new Tensor<double>(new Shape(1, 1), [1.0]))[0, 0];
    }
}
