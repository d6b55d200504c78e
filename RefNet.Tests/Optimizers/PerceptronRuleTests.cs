using NUnit.Framework;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Optimizers;

/// <summary>A perceptron of two inputs and two classes that learns point by point.</summary>
[TestFixture]
public sealed class PerceptronRuleTests
{
    [Test]
    public void L1_AMistakeAddsTheInputToTheRightClassAndTakesItFromTheChosenOne()
    {
        Perceptron perceptron = new();
        Assert.That(perceptron.Learn(new Point(2, -3, Label: 1)), Is.False, "all scores are 0, which speaks for class 0");
        Assert.That(perceptron.Weights, Is.EqualTo(new double[] { -2, 3, 2, -3 }));
        Assert.That(perceptron.Biases, Is.EqualTo(new double[] { -1, 1 }));
        Assert.That(perceptron.Learn(new Point(2, -3, Label: 1)), Is.True);
        Assert.That(perceptron.Weights, Is.EqualTo(new double[] { -2, 3, 2, -3 }), "what is right changes nothing");
    }

    // Novikoff 1962: let u of length 1 separate the points x̃ = (x, 1) with margin γ, and |x̃| <= R. With w half the
    // difference of the two classes' weights a mistake adds ±x̃ to w: w.u grows by γ or more, |w|² by R² or less. After k
    // mistakes k γ <= w.u <= |w| <= R √k, so k <= (R/γ)².
    [Test]
    public void L1_OnSeparablePointsThereAreAtMostRSquaredOverGammaSquaredMistakes([Range(0, 9)] int seed)
    {
        Random random = Seeds.Create(seed);
        double[] u = [.. Enumerable.Range(0, 3).Select(_ => 2 * random.NextDouble() - 1)];
        double length = Math.Sqrt(u.Sum(value => value * value));
        List<Point> points = [];
        while (points.Count < 50)
        {
            double a = 4 * random.NextDouble() - 2;
            double b = 4 * random.NextDouble() - 2;
            double distance = (u[0] * a + u[1] * b + u[2]) / length;
            if (Math.Abs(distance) > 0.1)
                points.Add(new Point(a, b, distance > 0 ? 1 : 0));
        }

        double gamma = points.Min(point => Math.Abs(u[0] * point.A + u[1] * point.B + u[2]) / length);
        double r = points.Max(point => Math.Sqrt(point.A * point.A + point.B * point.B + 1));
        double bound = r * r / (gamma * gamma);

        Perceptron perceptron = new();
        int mistakes = 0;
        int mistakesInPass;
        do
        {
            mistakesInPass = points.Count(point => !perceptron.Learn(point));
            mistakes += mistakesInPass;
            Assert.That(mistakes, Is.LessThanOrEqualTo(bound), $"R = {r}, gamma = {gamma}");
        }
        while (mistakesInPass > 0);

        Assert.That(points.Count(point => perceptron.Decide(point) != point.Label), Is.EqualTo(0), "no errors once a pass is clean");
    }

    [Test]
    public void L1_ExclusiveOrIsNeverLearned()
    {
        Point[] xor = [new(0, 0, 0), new(0, 1, 1), new(1, 0, 1), new(1, 1, 0)];
        Perceptron perceptron = new();
        for (int epoch = 0; epoch < 1000; epoch++)
        {
            foreach (Point point in xor)
            {
                perceptron.Learn(point);
                Assert.That(xor.Count(p => perceptron.Decide(p) == p.Label), Is.LessThanOrEqualTo(3), "no line parts XOR: 75 % at best");
            }
        }
    }

    [Test]
    public void L1_FromZeroARateScalesTheWeightsAndChangesNoDecision()
    {
        Random random = Seeds.Create(1);
        Perceptron plain = new();
        Perceptron scaled = new(0.25);
        for (int i = 0; i < 100; i++)
        {
            Point point = new(random.NextDouble(), random.NextDouble(), random.Next(2));
            Assert.That(scaled.Learn(point), Is.EqualTo(plain.Learn(point)));
        }

        Assert.That(scaled.Weights, Is.EqualTo(plain.Weights.Select(w => 0.25 * w)).Within(1e-12));
    }

    private sealed record Point(double A, double B, int Label);

    private sealed class Perceptron
    {
        private readonly Dense<double> layer = new(2, 2, Initializer.Zeros);
        private readonly PerceptronCriterion<double> loss = new();
        private readonly PerceptronRule<double> rule;

        public Perceptron(double? rate = null) =>
            rule = rate is { } given ? new PerceptronRule<double>(layer.Parameters, given) : new PerceptronRule<double>(layer.Parameters);

        public double[] Weights => layer.Parameters[0].Value.Values.ToArray();

        public double[] Biases => layer.Parameters[1].Value.Values.ToArray();

        public int Decide(Point point) => loss.Decide(Scores(point).Values);

        /// <summary>Whether the point was classified correctly before the weights moved.</summary>
        public bool Learn(Point point)
        {
            Tensor<double> target = new(new Shape(1, 2));
            target[0, point.Label] = 1;
            Tensor<double> scores = Scores(point);
            bool right = loss.Decide(scores.Values) == point.Label;
            loss.Forward(scores, target);
            layer.ClearGradients();
            layer.Backward(loss.Backward());
            rule.Step();
            return right;
        }

        private Tensor<double> Scores(Point point) => layer.Forward(new Tensor<double>(new Shape(1, 2), [point.A, point.B]), Mode.Train);
    }
}
