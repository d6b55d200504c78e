using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Interpretation;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Tensors;
using RefNet.Tests.Training;
using RefNet.Training;

namespace RefNet.Tests.Interpretation;

/// <summary>Images that climb or are disturbed, on a small network that has learnt where bars are.</summary>
[TestFixture]
public sealed class AdversarialTests
{
    private static readonly Dataset data = SyntheticData.Create(trainingImages: 600, testImages: 200);
    private static readonly Lazy<Network<float>> trained = new(Train);

    private static ClassScores<float> Scores => new(trained.Value);

    private static (Tensor<float> X, int[] Classes) Test => (
        new Batches<float>(data.Test, new PixelScaling(), batchSize: 200).InOrder().First().Images.Clone(), [.. data.Test.Labels.ToArray().Select(label => (int)label)]);

    private static Network<float> Untrained(int seed = 3) => new(new Shape(1, 28, 28), seed,
        new Convolution2D<float>(1, 8, kernel: 5, stride: 2, rounding: RefNet.Geometry.Rounding.Floor) { Name = "conv1" }, new ReLU<float>(),
        new MaxPooling2D<float>(2) { Name = "pool" },
        new Convolution2D<float>(8, 16, kernel: 3) { Name = "conv2" }, new ReLU<float> { Name = "maps" },
        new Flatten<float>(), new Dense<float>(16 * 4 * 4, 10) { Name = "head" });

    private static Network<float> Train()
    {
        Network<float> network = Untrained();
        Objective<float> objective = new(network, () => new SoftmaxCrossEntropy<float>());
        Momentum<float> optimizer = new(network.Parameters, learningRate: 0.02);
        Batches<float> batches = new(data.Training, new PixelScaling(), batchSize: 30);
        for (int epoch = 0; epoch < 6; epoch++)
        {
            foreach (Batch<float> batch in batches.Shuffled(seed: 1, epoch))
            {
                objective.ComputeGradients(batch.Images, new Targets<float>([.. batch.Labels], new Shape(batch.Images.Shape[0], 10)));
                optimizer.Step();
            }
        }

        return network;
    }

    private static double Accuracy(Tensor<float> x, int[] classes) => Scores.Decide(x).Zip(classes).Count(pair => pair.First == pair.Second) / (double)classes.Length;

    [Test]
    public void Y23_V9_AStepAlongTheWeightsRaisesALinearScoreByTheirSquaredLength()
    {
        Dense<double> classifier = new(10, 1);
        classifier.Parameters[0].Value.CopyFrom([-1, -1, 1, -1, 1, -1, 1, 1, -1, 1]);
        ClassScores<double> scores = new(new Network<double>(new Shape(10), seed: 1, classifier));
        Tensor<double> x = new(new Shape(1, 10), [2, -1, 3, -2, 2, 2, 1, -4, 5, 1]);
        Assert.That(scores.Of(x)[0, 0], Is.EqualTo(-3));
        Assert.That(scores.Of(GradientStep.Of(scores, x, c: 0, a: 0.5))[0, 0], Is.EqualTo(2));
    }

    [Test]
    public void V9_AccuracyFallsWithEpsilon()
    {
        (Tensor<float> x, int[] classes) = Test;
        double[] curve = [.. new[] { 0, 0.05, 0.1, 0.2, 0.3 }.Select(epsilon => Accuracy(FastGradientSign.Of(Scores, x, classes, epsilon, 0, 1), classes))];
        TestContext.Out.WriteLine(string.Join(", ", curve));
        Assert.That(curve, Is.Ordered.Descending);
        Assert.That(curve[0], Is.GreaterThan(0.95));
        Assert.That(curve[^1], Is.LessThan(curve[0] / 2));
    }

    // -log p_c rises fastest in the direction of t - p, whatever its length; where p_c rounds to 1 it still has one.
    [Test]
    public void V9_TheDirectionIsThatOfTheLossAndIsKnownWhereTheNetworkIsCertain()
    {
        Network<double> network = LookedAt.Branching();
        ClassScores<double> scores = network.Scores();
        Tensor<double> x = LookedAt.Images(1);
        double p = scores.Probabilities(x)[0, 1];
        Tensor<double> slopes = LookedAt.Slopes(x, () => Math.Log(scores.Probabilities(x)[0, 1]));
        double[] direction = [.. FastGradientSign.LogProbabilityDirection(scores, x, [1]).Values.ToArray().Select(value => (1 - p) * value)];
        TensorAssert.AreClose(slopes, new Tensor<double>(x.Shape, direction), 1e-8, "d(log p)/dx");

        network["head"].Parameters[1].Value.CopyFrom([0, 2000, 0]);
        Assert.That(scores.Probabilities(x)[0, 1], Is.EqualTo(1), "t - p is zero");
        Tensor<double> disturbed = FastGradientSign.Of(scores, x, [1], 0.1, -10, 10);
        Assert.That(scores.Of(disturbed)[0, 1] - scores.Of(disturbed)[0, 0], Is.LessThan(scores.Of(x)[0, 1] - scores.Of(x)[0, 0]));
    }

    [Test]
    public void V9_NoPixelMovesFartherThanEpsilonOrOutOfItsRange([Values(1, 5)] int steps, [Values] bool targeted)
    {
        (Tensor<float> x, int[] classes) = Test;
        Tensor<float> disturbed = FastGradientSign.Of(Scores, x, classes, 0.1, 0, 1, targeted, steps);
        float[] moves = [.. disturbed.Values.ToArray().Zip(x.Values.ToArray(), (after, before) => Math.Abs(after - before))];
        Assert.That(moves.Max(), Is.EqualTo(0.1f).Within(1e-6));
        Assert.That(disturbed.Values.ToArray(), Is.All.InRange(0, 1));
    }

    [Test]
    public void V9_TargetedAndIteratedImagesAreTakenForTheChosenClass()
    {
        (Tensor<float> x, int[] classes) = Test;
        int[] wanted = [.. classes.Select(c => (c + 1) % 10)];
        double Fooled(int steps) => Scores.Decide(FastGradientSign.Of(Scores, x, wanted, 0.5, 0, 1, targeted: true, steps)).Zip(wanted).Count(pair => pair.First == pair.Second) / 200.0;
        (double once, double often) = (Fooled(steps: 1), Fooled(steps: 20));
        TestContext.Out.WriteLine($"taken for the chosen class: {once} after one step, {often} after 20");
        Assert.That(often, Is.GreaterThan(0.5).And.GreaterThan(2 * once));
    }

    [Test]
    public void V10_NoiseBecomesAnImageOfWhichTheNetworkIsCertain([Values(0, 7)] int c)
    {
        FoolingImage<float> fooling = FoolingImage<float>.Of(Scores, c, low: 0, high: 1, seed: 5);
        Assert.That(fooling.Probability, Is.GreaterThan(0.99));
        Assert.That(Scores.Probabilities(fooling.Image)[0, c], Is.EqualTo(fooling.Probability));
        Assert.That(Scores.Probabilities(fooling.Start)[0, c], Is.LessThan(0.9));
        Assert.That(fooling.Image.Values.ToArray(), Is.All.InRange(0, 1));
        TensorAssert.AreIdentical(fooling.Image, FoolingImage<float>.Of(Scores, c, low: 0, high: 1, seed: 5).Image, "the same seed");
        Assert.That(FoolingImage<float>.Of(Scores, c, low: 0, high: 1, seed: 6).Image.Values.ToArray(), Is.Not.EqualTo(fooling.Image.Values.ToArray()));
    }

    [Test]
    public void V7_SmallStepsRaiseTheScoreEachTime()
    {
        Tensor<float> empty = new(new Shape(1, 1, 28, 28));
        ClimbOptions plain = new() { Steps = 60, Rate = 0.002, Jitter = 0, BlurEvery = 0, L2 = 0 };
        ClassMaximization<float> climbed = ClassMaximization<float>.Of(Scores, 3, empty, plain);
        Assert.That(climbed.Scores, Has.Count.EqualTo(61).And.Ordered.Ascending);
        Assert.That(climbed.Scores[^1], Is.EqualTo(Scores.Of(climbed.Image)[0, 3]));

        // The penalty pulls to the start.
        double Distance(double l2) => ClassMaximization<float>.Of(Scores, 3, empty, plain with { Steps = 200, Rate = 0.01, L2 = l2 }).Image.Values.ToArray().Sum(value => value * value);
        Assert.That(Distance(l2: 1), Is.LessThan(Distance(l2: 0) / 2));
    }

    [Test]
    public void V7_JitterAndBlurMakeASmootherImageAndRepeatWithTheirSeed()
    {
        Tensor<float> empty = new(new Shape(1, 1, 28, 28));
        ClimbOptions plain = new() { Steps = 60, Jitter = 0, BlurEvery = 0 };
        ClassMaximization<float> smooth = ClassMaximization<float>.Of(Scores, 3, empty, new ClimbOptions { Steps = 60 });
        Assert.That(Roughness(smooth.Image), Is.LessThan(Roughness(ClassMaximization<float>.Of(Scores, 3, empty, plain).Image) / 2));
        Assert.That(smooth.Scores[^1], Is.GreaterThan(smooth.Scores[0] + 1));
        TensorAssert.AreIdentical(smooth.Image, ClassMaximization<float>.Of(Scores, 3, empty, new ClimbOptions { Steps = 60 }).Image, "the same seed");

        // The squared differences of neighbours, as a share of the squares.
        static double Roughness(Tensor<float> x)
        {
            (double differences, double squares) = (0, 0);
            for (int i = 0; i < x.Count; i++)
            {
                squares += x.Values[i] * x.Values[i];
                differences += i % 28 > 0 ? Math.Pow(x.Values[i] - x.Values[i - 1], 2) : 0;
            }

            return differences / squares;
        }
    }

    [Test]
    public void ShiftsComeBackAndBlursKeepConstants()
    {
        Tensor<double> x = LookedAt.Images(2), constant = new(new Shape(1, 1, 5, 4));
        TensorAssert.AreIdentical(x, Smoothing.Shift(Smoothing.Shift(x, 3, -2), -3, 2), "to and fro");
        Assert.That(Smoothing.Shift(x, 1, 0)[1, 1, 0, 3], Is.EqualTo(x[1, 1, 8, 3]));
        constant.Span.Fill(2);
        TensorAssert.AreClose(constant, Smoothing.Blur(constant, sigma: 1), 1e-15, "blur");
        constant[0, 0, 2, 2] = 3;
        Tensor<double> blurred = Smoothing.Blur(constant, sigma: 1);
        Assert.That(blurred[0, 0, 2, 2], Is.EqualTo(blurred.Values.ToArray().Max()).And.LessThan(3));
    }

    // Adebayo et al. 2018, "Sanity Checks for Saliency Maps": what explains a network must change when the network becomes another. The head gets random weights, which are
    // nothing like what it learnt. Gradient and Grad-CAM change; guided backpropagation draws the same lines, whatever the head says.
    [Test]
    public void V5_V8_V4_RandomWeightsChangeTheGradientAndGradCamButHardlyGuidedBackpropagation()
    {
        (Tensor<float> all, int[] classes) = Test;
        Network<float> randomized = Untrained();
        foreach ((Parameter<float> to, Parameter<float> from) in randomized.Parameters.Zip(trained.Value.Parameters))
            to.Value.CopyFrom(from.Value.Values);
        Network<float> other = Untrained(seed: 11);
        randomized["head"].Parameters[0].Value.CopyFrom(other["head"].Parameters[0].Value.Values);
        ClassScores<float> before = Scores, after = new(randomized);

        const int Images = 40;
        (double gradient, double cam, double guided) = (0, 0, 0);
        for (int n = 0; n < Images; n++)
        {
            Tensor<float> x = new(new Shape(1, 1, 28, 28), all.Sample(n));
            int c = classes[n];
            gradient += Correlation(Saliency.Of(before, x, c), Saliency.Of(after, x, c)) / Images;
            guided += Correlation(GuidedBackpropagation.Of(before, x, c), GuidedBackpropagation.Of(after, x, c)) / Images;
            cam += Correlation(GradCam<float>.Of(before, x, c, "maps").Sum, GradCam<float>.Of(after, x, c, "maps").Sum) / Images;
        }

        TestContext.Out.WriteLine($"mean correlation before and after: gradient {gradient:0.00}, Grad-CAM {cam:0.00}, guided backpropagation {guided:0.00}");
        Assert.That(gradient, Is.LessThan(0.4));
        Assert.That(cam, Is.LessThan(0.4));
        Assert.That(guided, Is.GreaterThan(0.5));

        static double Correlation(Tensor<float> a, Tensor<float> b) =>
            MathNet.Numerics.Statistics.Correlation.Pearson(a.Values.ToArray().Select(value => (double)value), b.Values.ToArray().Select(value => (double)value));
    }
}
