using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Optimizers;
using RefNet.Tensors;

namespace RefNet.Tests.Optimizers;

/// <summary>Gradient descent, with and without momentum, on f(x) = (x0² + κ x1²) / 2 with κ = 100, from (1, 1).</summary>
[TestFixture]
public sealed class GradientDescentTests
{
    private const double Kappa = 100;

    // L = κ and μ = 1 are the curvatures; the rates and the β are the best ones (Polyak 1964).
    [Test]
    public void T2_GradientDescentTakes346StepsToOneMillionthOfTheLoss() =>
        Assert.That(StepsToOneMillionth(x => new StochasticGradientDescent<double>(x, 2 / (Kappa + 1))), Is.EqualTo(346));

    [Test]
    public void T2_TheOptimalHeavyBallTakes58Steps() => Assert.That(
        StepsToOneMillionth(x => new Momentum<double>(x, Math.Pow(2 / (Math.Sqrt(Kappa) + 1), 2), Math.Pow((Math.Sqrt(Kappa) - 1) / (Math.Sqrt(Kappa) + 1), 2))),
        Is.EqualTo(58));

    [Test]
    public void T2_MomentumOf09AtRate001Takes103Steps() =>
        Assert.That(StepsToOneMillionth(x => new Momentum<double>(x, 0.01, 0.9)), Is.EqualTo(103));

    [Test]
    public void C5_EachStepOfGradientDescentLeavesKappaMinusOneOverKappaPlusOne()
    {
        Parameter<double> x = Start();
        StochasticGradientDescent<double> optimizer = new([x], 2 / (Kappa + 1));
        SetGradient(x);
        optimizer.Step();
        Assert.That(x.Value.Values.ToArray(), Is.EqualTo(new[] { 99.0 / 101, -99.0 / 101 }).Within(1e-15), "the steep direction swings over");
    }

    [Test]
    public void X28_AtAConstantRateTheFourConventionsTakeOnePath()
    {
        (double[][] s0, double[][] s1, double[][] s2, double[][] s3) = FourPaths(_ => 0.01);
        for (int step = 0; step < s0.Length; step++)
        {
            Assert.That(s1[step], Is.EqualTo(s0[step]).Within(1e-12), $"S1, step {step}");
            Assert.That(s2[step], Is.EqualTo(s0[step]).Within(1e-12), $"S2 with η / (1 - β), step {step}");
            Assert.That(s3[step], Is.EqualTo(s0[step]).Within(1e-12), $"S3, step {step}");
        }
    }

    [Test]
    public void X28_TheyPartWhenTheRateDrops()
    {
        (double[][] s0, double[][] s1, double[][] s2, double[][] s3) = FourPaths(step => step < 5 ? 0.01 : 0.001);
        Assert.That(s1[4], Is.EqualTo(s0[4]).Within(1e-12), "before the drop");
        Assert.That(s3[^1], Is.EqualTo(s0[^1]).Within(1e-12), "S0 and S3 scale the whole velocity by the rate of today");
        Assert.That(s2[^1], Is.EqualTo(s1[^1]).Within(1e-12), "S1 and S2 keep steps of the old rate in the velocity");
        Assert.That(Math.Abs(s1[5][0] - s0[5][0]), Is.GreaterThan(0.01), "one step after the drop");
    }

    // Rates that rise and fall, as those of one cycle.
    [TestCase(MomentumForm.Gradients), TestCase(MomentumForm.Steps), TestCase(MomentumForm.MeanSteps)]
    public void X28_EachFormTakesThePathOfItsSlide(MomentumForm form)
    {
        static double Rate(int step) => 0.01 * (1 + Math.Sin(step)) + 0.001;
        static double S2Rate(int step) => Rate(step) / (1 - 0.9);
        (double[][] s0, double[][] s1, double[][] s2, double[][] s3) = FourPaths(Rate);
        double[][] path = EnginePath(form == MomentumForm.MeanSteps ? S2Rate : Rate, form, 0.9);
        foreach (double[][] slide in form switch { MomentumForm.Gradients => new[] { s0, s3 }, MomentumForm.Steps => [s1], _ => [s2] })
        {
            for (int step = 0; step < path.Length; step++)
                Assert.That(path[step], Is.EqualTo(slide[step]).Within(1e-12), $"step {step}");
        }
    }

    [Test]
    public void X30_TheStepWithWeightDecayFollowsTheGradientOfLambdaTimesTheSumOfSquares()
    {
        const double Lambda = 0.3, Rate = 0.1, H = 1e-5;
        Parameter<double> weight = new("W", new Shape(2), isWeight: true);
        Parameter<double> bias = new("b", new Shape(1), isWeight: false);
        weight.Value.CopyFrom([1.5, -2]);
        weight.Gradient.CopyFrom([0.25, 0.5]);
        bias.Value[0] = 4;
        new StochasticGradientDescent<double>([weight, bias], Rate, weightDecay: Lambda).Step();

        double Penalty(double a, double b) => Lambda * (a * a + b * b);
        double da = (Penalty(1.5 + H, -2) - Penalty(1.5 - H, -2)) / (2 * H);
        double db = (Penalty(1.5, -2 + H) - Penalty(1.5, -2 - H)) / (2 * H);
        Assert.That(da, Is.EqualTo(2 * Lambda * 1.5).Within(1e-9), "2 λ W: R = Σ W² has no 1/2");
        Assert.That(weight.Value.Values.ToArray(), Is.EqualTo(new[] { 1.5 - Rate * (0.25 + da), -2 - Rate * (0.5 + db) }).Within(1e-9));
        Assert.That(weight.Gradient.Values.ToArray(), Is.EqualTo(new[] { 0.25, 0.5 }), "the gradient stays as it is");
        Assert.That(bias.Value[0], Is.EqualTo(4), "a bias does not decay");
    }

    [Test]
    public void X30_WeightsDecayAndBiasesGammaAndBetaDoNot()
    {
        Network<double> network = new(new Shape(1, 4, 4), seed: 1,
            new Convolution2D<double>(1, 2, kernel: 1), new BatchNormalization<double>(2), new Subsampling2D<double>(2, 2),
            new ConnectionTableConvolution2D<double>(2, [[0], [1]], kernel: 1), new Flatten<double>(), new Dense<double>(8, 2));
        Assert.That(network.Parameters.Where(parameter => parameter.IsWeight).Select(parameter => parameter.Name),
            Is.EqualTo(new[] { "weight", "weight", "weight", "weight" }));
        Assert.That(network.Parameters.Where(parameter => !parameter.IsWeight).Select(parameter => parameter.Name),
            Is.EqualTo(new[] { "bias", "gamma", "beta", "bias", "bias", "bias" }));
    }

    [Test]
    public void X30_WithMomentumTheDecayEntersTheVelocity()
    {
        Parameter<double> weight = new("weight", new Shape(1), isWeight: true);
        weight.Value[0] = 1;
        Momentum<double> optimizer = new([weight], learningRate: 0.1, momentum: 0.5, weightDecay: 0.25);
        optimizer.Step(); // v = 2 λ = 0.5, θ = 1 - 0.05
        optimizer.Step(); // v = 0.25 + 0.5 * 0.95
        Assert.That(weight.Value[0], Is.EqualTo(0.95 - 0.1 * (0.25 + 0.475)).Within(1e-15));
        KeyValuePair<string, Tensor<double>> state = optimizer.State(["F6.weight"]).Single();
        Assert.That(state.Key, Is.EqualTo("F6.weight.velocity"));
        Assert.That(state.Value[0], Is.EqualTo(0.725).Within(1e-15));
    }

    [TestCase(0, 0.9, 0, "A learning rate must be a finite number above 0."), TestCase(double.NaN, 0.9, 0, "A learning rate must be")]
    [TestCase(double.PositiveInfinity, 0.9, 0, "A learning rate must be")]
    [TestCase(0.1, 1, 0, "at least 0 and below 1."), TestCase(0.1, -0.1, 0, "at least 0 and below 1.")]
    [TestCase(0.1, 0.9, -1, "Weight decay must be a finite number, 0 or more."), TestCase(0.1, 0.9, double.NaN, "Weight decay must be")]
    [TestCase(0.1, 0.9, double.PositiveInfinity, "Weight decay must be")]
    public void SettingsOutOfRangeAreErrors(double rate, double momentum, double decay, string message) =>
        Assert.That(() => new Momentum<double>([], rate, momentum, decay), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains(message));

    [Test]
    public void WithoutMomentumItIsPlainGradientDescent()
    {
        Parameter<double> plain = Start();
        Parameter<double> heavy = Start();
        Optimizer<double>[] optimizers = [new StochasticGradientDescent<double>([plain], 0.01), new Momentum<double>([heavy], 0.01, momentum: 0)];
        for (int step = 0; step < 10; step++)
        {
            SetGradient(plain);
            SetGradient(heavy);
            foreach (Optimizer<double> optimizer in optimizers)
                optimizer.Step();
        }

        Assert.That(heavy.Value.Values.ToArray(), Is.EqualTo(plain.Value.Values.ToArray()));
    }

    private static Parameter<double> Start()
    {
        Parameter<double> x = new("x", new Shape(2), isWeight: true);
        x.Value.Span.Fill(1);
        return x;
    }

    private static double[] Gradient(double[] x) => [x[0], Kappa * x[1]];

    private static void SetGradient(Parameter<double> x) => x.Gradient.CopyFrom(Gradient(x.Value.Values.ToArray()));

    private static double Loss(Parameter<double> x) => (x.Value[0] * x.Value[0] + Kappa * x.Value[1] * x.Value[1]) / 2;

    private static int StepsToOneMillionth(Func<IReadOnlyList<Parameter<double>>, Optimizer<double>> create)
    {
        Parameter<double> x = Start();
        Optimizer<double> optimizer = create([x]);
        double goal = 1e-6 * Loss(x);
        int steps = 0;
        for (; Loss(x) > goal; steps++)
        {
            SetGradient(x);
            optimizer.Step();
        }

        return steps;
    }

    private const int Steps = 100;

    private static double[][] EnginePath(Func<int, double> rate, MomentumForm form, double beta)
    {
        Parameter<double> parameter = Start();
        Momentum<double> optimizer = new([parameter], rate(0), beta, form: form);
        double[][] path = new double[Steps][];
        for (int step = 0; step < Steps; step++)
        {
            SetGradient(parameter);
            optimizer.LearningRate = rate(step);
            optimizer.Step();
            path[step] = parameter.Value.Values.ToArray();
        }

        return path;
    }

    // The engine's Momentum for S0, and the other slides' formulas as they print them.
    private static (double[][] S0, double[][] S1, double[][] S2, double[][] S3) FourPaths(Func<int, double> rate)
    {
        const double Beta = 0.9;
        double[][] s0 = EnginePath(rate, MomentumForm.Gradients, Beta);

        double[][] Path(Func<double, double, double, double> velocity, Func<double, double, double> move)
        {
            double[] x = [1, 1];
            double[] v = [0, 0];
            double[][] path = new double[Steps][];
            for (int step = 0; step < Steps; step++)
            {
                double eta = rate(step);
                double[] g = Gradient(x);
                v = [velocity(v[0], g[0], eta), velocity(v[1], g[1], eta)];
                x = [x[0] + move(v[0], eta), x[1] + move(v[1], eta)];
                path[step] = x;
            }

            return path;
        }

        return (
            s0,
            Path((v, g, eta) => Beta * v - eta * g, (v, _) => v),
            Path((v, g, eta) => Beta * v + (1 - Beta) * -(eta / (1 - Beta)) * g, (v, _) => v),
            Path((v, g, _) => Beta * v + g, (v, eta) => -eta * v));
    }
}
