using NUnit.Framework;
using RefNet.Layers;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Golden;

namespace RefNet.Tests.Optimizers;

/// <summary>Optimisers that scale each parameter by the gradients it has seen: AdaGrad, RMSProp, Adam, Adadelta.</summary>
[TestFixture]
public sealed class AdaptiveOptimizersTests
{
    // So small a δ is lost beside any gradient here, so that what holds for δ = 0 holds exactly.
    private const double NoDelta = 1e-300;

    private static readonly (string Name, Func<Parameter<double>, Optimizer<double>> Create)[] Rooted =
    [
        ("AdaGrad", theta => new AdaGrad<double>([theta], 0.1, NoDelta)),
        ("RmsProp", theta => new RmsProp<double>([theta], 0.1, delta: NoDelta)),
        ("Adam", theta => new Adam<double>([theta], 0.1, delta: NoDelta)),
    ];

    public static IEnumerable<string> Names => Rooted.Select(optimizer => optimizer.Name);

    [TestCase("AdaGrad"), TestCase("RmsProp")]
    public void X5_OnAParabolaTheFirstStepGoesDown(string name)
    {
        Parameter<double> theta = Parameter(1);
        Optimizer<double> optimizer = Create(name, theta);
        theta.Gradient[0] = theta.Value[0]; // f = x²/2
        optimizer.Step();
        Assert.That(theta.Value[0], Is.GreaterThan(0).And.LessThan(1));
    }

    [TestCaseSource(nameof(Names))]
    public void X6_TenTimesTheLossTakesTheSameSteps(string name)
    {
        double[] path = Path(name, factor: 1);
        Assert.That(Path(name, factor: 10), Is.EqualTo(path).Within(1e-12));
        Assert.That(Path(name, factor: 1e-6), Is.EqualTo(path).Within(1e-12));
    }

    [Test]
    public void X7_AdamsFirstStepIsAsLongAsTheRateInEveryParameter([Values(0.5, 0.9)] double beta1, [Values(0.9, 0.999)] double beta2)
    {
        Parameter<double> theta = Parameter(4);
        theta.Gradient.CopyFrom([3, -0.001, 1e5, -7]);
        new Adam<double>([theta], 0.25, beta1, beta2, NoDelta).Step();
        Assert.That(theta.Value.Values.ToArray(), Is.EqualTo(new[] { 0.75, 1.25, 0.75, 1.25 }).Within(1e-14));
    }

    [Test]
    public void T3_WithAConstantGradientAdaGradSlowsDownByTheRootOfTimeAndRmsPropDoesNot()
    {
        Parameter<double> slow = Parameter(1);
        Parameter<double> steady = Parameter(1);
        AdaGrad<double> adaGrad = new([slow], 0.1, NoDelta);
        RmsProp<double> rmsProp = new([steady], 0.1, rho: 0.5, NoDelta);
        double expected = 1;
        double before = 0;
        for (int t = 1; t <= 100; t++)
        {
            slow.Gradient[0] = steady.Gradient[0] = 7;
            before = steady.Value[0];
            adaGrad.Step();
            rmsProp.Step();
            expected -= 0.1 / Math.Sqrt(t);
        }

        Assert.That(slow.Value[0], Is.EqualTo(expected).Within(1e-12));
        Assert.That(before - steady.Value[0], Is.EqualTo(0.1).Within(1e-12), "the average is 7² by now");
    }

    [Test]
    public void T3_PathsOf100StepsAgreeWithPyTorchTo12Digits([Values(typeof(AdaGrad<>), typeof(RmsProp<>), typeof(Adam<>), typeof(Adadelta<>), typeof(Nesterov<>))] Type type) =>
        Assert.That(GoldenComparison.Of(type).Select(comparison => comparison.Difference), Is.Not.Empty.And.All.LessThan(1e-12));

    // Δ = g √(s + δ) / √(r + δ): with the unit of θ in the numerator, and no rate of its own.
    [Test]
    public void T3_AdadeltasFirstStepIsTheRootOfItsDelta()
    {
        Parameter<double> theta = Parameter(1);
        theta.Gradient[0] = 2;
        Adadelta<double> adadelta = new([theta], delta: 1e-6);
        adadelta.Step();
        Assert.That(1 - theta.Value[0], Is.EqualTo(2 * 1e-3 / Math.Sqrt(0.1 * 4 + 1e-6)).Within(1e-15));
    }

    // S3 and Sutskever et al. 2013: v = μ v - η f'(x + μ v), x = x + v. RefNet's θ is the point x + μ v.
    [Test]
    public void T2_NesterovTakesItsGradientAStepAhead()
    {
        const double Rate = 0.01, Mu = 0.9;
        static double Slope(double x) => x - Math.Cos(3 * x);
        Parameter<double> theta = Parameter(1);
        Nesterov<double> nesterov = new([theta], Rate, Mu);
        double x = 1, v = 0;
        for (int step = 0; step < 50; step++)
        {
            theta.Gradient[0] = Slope(theta.Value[0]);
            nesterov.Step();
            v = Mu * v - Rate * Slope(x + Mu * v);
            x += v;
            Assert.That(theta.Value[0], Is.EqualTo(x + Mu * v).Within(1e-13), $"step {step}");
        }
    }

    [Test]
    public void SettingsOutOfRangeAreErrors([Values(-0.1, 1, double.NaN)] double share, [Values(0, -1, double.NaN, double.PositiveInfinity)] double delta)
    {
        Action[] shares =
        [
            () => _ = new Nesterov<double>([], 0.1, share), () => _ = new RmsProp<double>([], 0.1, rho: share),
            () => _ = new Adam<double>([], 0.1, beta1: share), () => _ = new Adam<double>([], 0.1, beta2: share), () => _ = new Adadelta<double>([], rho: share),
        ];
        Action[] deltas =
        [
            () => _ = new RmsProp<double>([], 0.1, delta: delta), () => _ = new AdaGrad<double>([], 0.1, delta),
            () => _ = new Adam<double>([], 0.1, delta: delta), () => _ = new Adadelta<double>([], delta: delta),
        ];
        foreach (Action mistake in shares)
            Assert.That(mistake, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at least 0 and below 1"));
        foreach (Action mistake in deltas)
            Assert.That(mistake, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("a finite number above 0"));
    }

    // An average that keeps nothing is the last gradient: every step is as long as the rate.
    [Test]
    public void SharesOfZeroForgetEverything()
    {
        foreach (Func<Parameter<double>, Optimizer<double>> create in new Func<Parameter<double>, Optimizer<double>>[]
        {
            theta => new RmsProp<double>([theta], 0.25, rho: 0, NoDelta),
            theta => new Adam<double>([theta], 0.25, beta1: 0, beta2: 0, NoDelta),
        })
        {
            Parameter<double> theta = Parameter(1);
            Optimizer<double> optimizer = create(theta);
            foreach (double gradient in new[] { 3.0, -1e-5 })
            {
                theta.Gradient[0] = gradient;
                optimizer.Step();
            }

            Assert.That(theta.Value[0], Is.EqualTo(1).Within(1e-15), "a step down and a step up");
        }
    }

    // The names stand in files that a later version must read.
    [Test]
    public void WhatIsRememberedHasItsName()
    {
        (Optimizer<double> Optimizer, string[] Names)[] expected =
        [
            (new Nesterov<double>([Parameter(1)], 0.1), ["theta.velocity"]),
            (new AdaGrad<double>([Parameter(1)], 0.1), ["theta.squaredSum"]),
            (new RmsProp<double>([Parameter(1)], 0.1), ["theta.squaredAverage"]),
            (new Adam<double>([Parameter(1)], 0.1), ["theta.mean", "theta.squaredAverage", "adam.steps"]),
            (new Adadelta<double>([Parameter(1)]), ["theta.squaredAverage", "theta.squaredStep"]),
        ];
        foreach ((Optimizer<double> optimizer, string[] names) in expected)
            Assert.That(optimizer.State(["theta"]).Select(item => item.Key), Is.EqualTo(names));
    }

    private static Parameter<double> Parameter(int count)
    {
        Parameter<double> theta = new("theta", new Shape(count), isWeight: true);
        theta.Value.Span.Fill(1);
        return theta;
    }

    private static Optimizer<double> Create(string name, Parameter<double> theta) => Rooted.Single(optimizer => optimizer.Name == name).Create(theta);

    // 20 steps with random gradients, all times a factor.
    private static double[] Path(string name, double factor)
    {
        Parameter<double> theta = Parameter(5);
        Optimizer<double> optimizer = Create(name, theta);
        Random random = Seeds.Create(3);
        for (int step = 0; step < 20; step++)
        {
            double[] g = LayerCase.RandomTensor<double>(new Shape(5), random).Values.ToArray();
            theta.Gradient.CopyFrom([.. g.Select(value => factor * value)]);
            optimizer.Step();
        }

        return theta.Value.Values.ToArray();
    }
}
