using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Regularizers;
using RefNet.Tensors;
using RefNet.Tests.Generators;
using RefNet.Tests.Layers;
using RefNet.Verification;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace RefNet.Tests.Regularizers;

/// <summary>The laws of penalties, over every regulariser of the engine, and what they do to a network.</summary>
[TestFixture]
public sealed class RegularizerTests
{
    public static IEnumerable<string> Names => EngineLayers.Concrete(typeof(Regularizer<>)).Select(EngineLayers.NameOf).Where(EngineCases.Regularizers.ContainsKey);

    [TestCaseSource(nameof(Names))]
    public void X30_GradientsAgreeWithFiniteDifferences(string name) => ForAll(name, c => c.Check().EnsurePassed());

    [TestCaseSource(nameof(Names))]
    public void T13_WrongGradientsAreRejected(string name) => ForAll(name, drawn =>
    {
        RegularizerCase c = drawn with { WithZeros = false }; // at a kink a smaller slope may be excused
        foreach (Spoil spoil in new Spoil[]
        {
            (_, dW) => dW.Clear(),
            (_, dW) => TensorPrimitives.Multiply(dW, 1.01, dW),
            (_, dW) => TensorPrimitives.Negate(dW, dW),
            (_, dW) => dW[TensorPrimitives.IndexOfMaxMagnitude<double>(dW)] *= 1.01,
            (_, dW) => dW[^1] = double.NaN,
            (w, dW) => TensorPrimitives.Subtract(dW, w, dW), // a term too many
        })
        {
            GradientReport report = GradientCheck.Run(new Spoilt(c.Create<double>(), spoil), c.CreateParameters<double>());
            Assert.That(report.Tensors.Where(tensor => !tensor.Passed).Select(tensor => tensor.Name), Is.EqualTo(new[] { "weight" }), $"{report}");
        }
    });

    [TestCaseSource(nameof(Names))]
    public void BackwardAddsToWeightsAndLeavesEverythingElseAlone(string name) => ForAll(name, c =>
    {
        Parameter<double>[] parameters = c.CreateParameters<double>();
        Regularizer<double> regularizer = c.Create<double>();
        regularizer.Backward(parameters);
        Tensor<double> once = parameters[0].Gradient.Clone();
        regularizer.Backward(parameters);
        TensorPrimitives.Multiply(once.Values, 2, once.Span);
        TensorAssert.AreIdentical(once, parameters[0].Gradient, "twice");
        Assert.That(parameters[1].Gradient.Values.ToArray(), Is.All.Zero, "no penalty on a bias");
        foreach ((Parameter<double> expected, Parameter<double> actual) in c.CreateParameters<double>().Zip(parameters))
            TensorAssert.AreIdentical(expected.Value, actual.Value, actual.Name);
    });

    [Test]
    public void FrozenWeightsGetNoGradient()
    {
        Dense<double> layer = new(2, 1) { IsFrozen = true };
        new L2Regularizer<double>(0.1).Backward(layer.Parameters);
        Assert.That(layer.Parameters[0].Gradient.Values.ToArray(), Is.All.Zero);
    }

    [TestCaseSource(nameof(Names))]
    public void ThePenaltyIsTheSumOverAllWeightsAndNothingElse(string name) => ForAll(name, c =>
    {
        Regularizer<double> regularizer = c.Create<double>();
        Parameter<double>[] one = c.CreateParameters<double>();
        Parameter<double>[] other = (c with { Seed = c.Seed + 1 }).CreateParameters<double>();
        double together = regularizer.Forward([.. one, .. other]);
        Assert.That(together, Is.EqualTo(regularizer.Forward(one) + regularizer.Forward(other)));
        Assert.That(together, Is.Positive);
        one[1].Value.Span.Fill(1e6);
        Assert.That(regularizer.Forward([.. one, .. other]), Is.EqualTo(together), "a bias costs nothing");
        one[0].Value.Span[0] = double.NaN;
        Assert.That(regularizer.Forward(one), Is.NaN, "a weight that is lost must show");
    });

    [TestCaseSource(nameof(Names))]
    public void FloatAgreesWithDouble(string name) => ForAll(name, c =>
    {
        Parameter<double>[] wide = c.CreateParameters<double>();
        Parameter<float>[] narrow = c.CreateParameters<float>();
        double exact = c.Create<double>().Forward(wide);
        Assert.That(c.Create<float>().Forward(narrow), Is.EqualTo(exact).Within(1e-5 * Math.Max(1, exact)));
        c.Create<double>().Backward(wide);
        c.Create<float>().Backward(narrow);
        foreach ((double expected, float actual) in wide[0].Gradient.Values.ToArray().Zip(narrow[0].Gradient.Values.ToArray()))
            Assert.That(actual, Is.EqualTo(expected).Within(1e-5 * Math.Max(1, Math.Abs(expected))));
    });

    [Test]
    public void X30_TheThreePenaltiesOfOneMinusTwoAndZero()
    {
        Assert.That(Value(new L2Regularizer<double>(0.5), out double[] two), Is.EqualTo(0.5 * (1 + 4)).Within(1e-15));
        Assert.That(two, Is.EqualTo(new[] { 1.0, -2, 0 }).Within(1e-15), "2 λ W: there is no 1/2");
        Assert.That(Value(new L1Regularizer<double>(0.5), out double[] one), Is.EqualTo(0.5 * (1 + 2)).Within(1e-15));
        Assert.That(one, Is.EqualTo(new[] { 0.5, -0.5, 0 }));
        Assert.That(Value(new ElasticNet<double>(0.5, 0.25), out double[] both), Is.EqualTo(0.5 * 3 + 0.25 * 5).Within(1e-15));
        Assert.That(both, Is.EqualTo(new[] { 0.5 + 0.5, -0.5 - 1, 0 }).Within(1e-15));

        static double Value(Regularizer<double> regularizer, out double[] gradient)
        {
            Parameter<double> weight = new("W", new Shape(3), isWeight: true);
            weight.Value.CopyFrom([1, -2, 0]);
            regularizer.Backward([weight]);
            gradient = weight.Gradient.Values.ToArray();
            return regularizer.Forward([weight]);
        }
    }

    // A slope of 0 is the middle of -λ and λ, which is what a central difference gives. Any other slope between the two is
    // listed as a kink, and one outside them is wrong.
    [Test]
    public void AtZeroAMagnitudeHasTheSlopeBetweenTheTwo()
    {
        GradientReport Check(double slopeAtZero)
        {
            Parameter<double> weight = new("W", new Shape(3), isWeight: true);
            weight.Value.CopyFrom([1, 0, -2]);
            return GradientCheck.Run(new Spoilt(new L1Regularizer<double>(0.1), (_, dW) => dW[1] += slopeAtZero), [weight]);
        }

        Assert.That((Check(0).Passed, Check(0).Tensors[0].EntriesChecked), Is.EqualTo((true, 3)));
        TensorReport other = Check(0.1).Tensors.Single();
        Assert.That((other.Passed, other.Kinks.Single().Index), Is.EqualTo((true, 1)), $"{other}");
        Assert.That(other.Kinks[0].Left, Is.EqualTo(-0.1).Within(1e-8));
        Assert.That(other.Kinks[0].Right, Is.EqualTo(0.1).Within(1e-8));
        Assert.That(Check(0.101).Passed, Is.False);
    }

    // The two ways to the same step: the penalty beside the loss, and the decay inside the optimiser.
    [Test]
    public void X30_WeightDecayIsTheL2RegularizerInsideTheOptimizer()
    {
        foreach (Func<IReadOnlyList<Parameter<double>>, double, Optimizer<double>> create in new Func<IReadOnlyList<Parameter<double>>, double, Optimizer<double>>[]
        {
            (parameters, decay) => new StochasticGradientDescent<double>(parameters, 0.1, decay),
            (parameters, decay) => new Momentum<double>(parameters, 0.1, 0.9, decay),
            (parameters, decay) => new Adam<double>(parameters, 0.1, weightDecay: decay),
        })
        {
            Toy beside = new();
            Toy inside = new();
            beside.Train(create(beside.Network.Parameters, 0), new L2Regularizer<double>(0.05), steps: 20);
            inside.Train(create(inside.Network.Parameters, 0.05), null, steps: 20);
            foreach ((Parameter<double> expected, Parameter<double> actual) in beside.Network.Parameters.Zip(inside.Network.Parameters))
                TensorAssert.AreIdentical(expected.Value, actual.Value, actual.Name);
        }
    }

    // The lecture's three pictures: two spirals of points, twenty hidden units, and a boundary that is the smoother the larger
    // λ is. What shows in numbers are weights that shrink and training data that are fitted less closely.
    [TestCaseSource(nameof(Names))]
    public void T9_C23_AStrongerPenaltyGivesSmallerWeightsAndALooserFit(string name)
    {
        List<(double Norm, double Loss)> fits = [];
        foreach (double lambda in new[] { 0, 0.001, 0.01, 0.1 })
        {
            Regularizer<double> regularizer = new RegularizerCase(name, 1, 1, lambda, WithZeros: false).Create<double>();
            Toy toy = new();
            double loss = toy.Train(new Momentum<double>(toy.Network.Parameters, 0.05), regularizer, steps: 400);
            fits.Add((new L2Regularizer<double>(1).Forward(toy.Network.Parameters), loss));
        }

        Assert.That(fits.Select(fit => fit.Norm), Is.Ordered.Descending, "‖W‖²");
        Assert.That(fits.Select(fit => fit.Loss), Is.Ordered.Ascending, "the loss on the training points");
        Assert.That(fits[^1].Norm, Is.LessThan(0.5 * fits[0].Norm));
    }

    [Test]
    public void AFactorOfZeroIsNoPenalty()
    {
        Parameter<double>[] parameters = new RegularizerCase("ElasticNet", 2, 3, 1, WithZeros: false).CreateParameters<double>();
        foreach (Regularizer<double> none in new Regularizer<double>[] { new L2Regularizer<double>(0), new L1Regularizer<double>(0), new ElasticNet<double>(0, 0) })
        {
            none.Backward(parameters);
            Assert.That(none.Forward(parameters), Is.Zero);
            Assert.That(parameters[0].Gradient.Values.ToArray(), Is.All.Zero);
        }
    }

    [TestCase(-1), TestCase(double.NaN), TestCase(double.PositiveInfinity)]
    public void AFactorBelowZeroOrNotFiniteIsAnError(double lambda)
    {
        Assert.That(() => new L2Regularizer<double>(lambda), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("The factor of a penalty"));
        Assert.That(() => new L1Regularizer<double>(lambda), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ElasticNet<double>(lambda, 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("lambda1"));
        Assert.That(() => new ElasticNet<double>(1, lambda), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("lambda2"));
    }

    private static void ForAll(string name, Action<RegularizerCase> assert) => Properties.ForAll(CaseGenerators.OfRegularizer(name), c => c.Shrink(), assert);

    private delegate void Spoil(ReadOnlySpan<double> w, Span<double> dW);

    private sealed class Spoilt(Regularizer<double> regularizer, Spoil spoil) : Regularizer<double>
    {
        protected override double Forward(ReadOnlySpan<double> w) => regularizer.Forward([Weights(w)]);

        protected override void Backward(ReadOnlySpan<double> w, Span<double> dW)
        {
            Parameter<double> weight = Weights(w);
            regularizer.Backward([weight]);
            spoil(w, weight.Gradient.Span);
            TensorPrimitives.Add(dW, weight.Gradient.Values, dW);
        }

        private static Parameter<double> Weights(ReadOnlySpan<double> w)
        {
            Parameter<double> weight = new("W", new Shape(w.Length), isWeight: true);
            weight.Value.CopyFrom(w);
            return weight;
        }
    }

    /// <summary>Points of two classes on two spirals, and a network with 20 hidden units.</summary>
    private sealed class Toy
    {
        private const int Points = 60;

        private readonly Tensor<double> x = new(new Shape(Points, 2));
        private readonly Tensor<double> target = new(new Shape(Points, 2));
        private readonly SoftmaxCrossEntropy<double> loss = new();

        public Toy()
        {
            Network = new Network<double>(new Shape(2), seed: 1, new Dense<double>(2, 20), new Tanh<double>(), new Dense<double>(20, 2));
            for (int n = 0; n < Points; n++)
            {
                double radius = 2.0 * (n / 2 + 1) / (Points / 2);
                double angle = 2 * radius + Math.PI * (n % 2);
                x[n, 0] = radius * Math.Cos(angle);
                x[n, 1] = radius * Math.Sin(angle);
                target[n, n % 2] = 1;
            }
        }

        public Network<double> Network { get; }

        /// <summary>Takes steps on all points at once.</summary>
        /// <returns>The loss of the points, without the penalty.</returns>
        public double Train(Optimizer<double> optimizer, Regularizer<double>? regularizer, int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                Network.ClearGradients();
                loss.Forward(Network.Forward(x, Mode.Train), target);
                Network.Backward(loss.Backward());
                regularizer?.Backward(Network.Parameters);
                optimizer.Step();
            }

            return loss.Forward(Network.Forward(x, Mode.Evaluate), target);
        }
    }
}
