using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Data.Preparation;
using RefNet.Geometry;
using RefNet.Interpretation;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Interpretation;

/// <summary>A network whose inputs are prepared is looked into from the pixels on.</summary>
[TestFixture]
public sealed class PreparedInputTests
{
    private static readonly PixelScaling Scaling = new(-0.1, 1.175);

    private static readonly ImageSet Photos = Noise(200);

    public static readonly string[] Preparations = ["center", "channels", "standardize", "pca", "zca"];

    // With g = dS/dy at y = M (x - μ): dS/dx = Mᵀ g, here with sums written out.
    [TestCaseSource(nameof(Preparations))]
    public void T6_V8_TheSlopesAreThoseOfThePixels(string name)
    {
        InputPreparation<double> preparation = PreparationLearner.Learn<double>(name, Photos, Scaling);
        Network<double> plain = LookedAt.Branching(), network = plain.Behind(new PreparedInput<double>(preparation) { Name = "prepared" });
        ClassScores<double> scores = network.Scores();
        Tensor<double> x = Image(3), y = x.Clone();
        preparation.Apply(y.Span);
        double[] g = plain.Scores().Gradient(y, c: 1).Values.ToArray();
        double[] chained = [.. Enumerable.Range(0, g.Length).Select(j => preparation.Matrix is { } m
            ? Enumerable.Range(0, g.Length).Sum(i => m[i, j] * g[i])
            : g[j] * (preparation.Scale?[j] ?? 1))];

        Tensor<double> slopes = Saliency.Of(scores, x, c: 1);
        TensorAssert.AreClose(new Tensor<double>(x.Shape, chained), slopes, 1e-12, "the chain rule");
        TensorAssert.AreClose(LookedAt.Slopes(x, () => scores.Of(x)[0, 1]), slopes, 1e-7, "finite differences");
    }

    [Test]
    public void TheLayersBehindItKeepTheirNamesAndTheirWeights()
    {
        Network<double> plain = LookedAt.Branching();
        string[] paths = [.. plain.Walk().Select(place => place.Path).Skip(1)];
        InputPreparation<double> preparation = PreparationLearner.Learn<double>("zca", Photos, Scaling);
        Tensor<double> x = Image(5), y = x.Clone();
        preparation.Apply(y.Span);
        Tensor<double> expected = plain.Forward(y, Mode.Evaluate).Clone();
        Network<double> network = plain.Behind(new PreparedInput<double>(preparation) { Name = "prepared" });
        Assert.That(network.Walk().Select(place => place.Path).Skip(1), Is.EqualTo(paths.Prepend("prepared")));
        Assert.That(plain.Walk().Select(place => place.Path).Skip(1), Is.EqualTo(paths));
        TensorAssert.AreIdentical(expected, network.Forward(x, Mode.Evaluate), "the answer");
        Assert.That(MapLayers.Of(network), Is.EqualTo(MapLayers.Of(plain)), "what is prepared is an input, no map");
    }

    [TestCaseSource(nameof(Preparations))]
    public void V8_V9_V10_AttributionsAreCompleteAndImagesStayWithinTheRangeOfPixels(string name)
    {
        Network<double> network = Prepared(LookedAt.Branching(), name);
        ClassScores<double> scores = network.Scores();
        Tensor<double> x = Image(7), black = new(x.Shape);
        black.Span.Fill(Scaling.Low);
        Tensor<double> integrated = IntegratedGradients.Of(scores, x, 1, black, steps: 3000);
        double rise = scores.Of(x)[0, 1] - scores.Of(black)[0, 1];
        Assert.That(integrated.Values.ToArray().Sum(), Is.EqualTo(rise).Within(1e-3 * integrated.Values.ToArray().Sum(Math.Abs)));

        foreach (Tensor<double> made in new[]
        {
            FastGradientSign.Of(scores, x, [1], share: 0.3, Scaling),
            FastGradientSign.Of(scores, x, [2], epsilon: 0.3, Scaling.Low, Scaling.High, targeted: true, steps: 4),
            FoolingImage<double>.Of(scores, c: 2, Scaling.Low, Scaling.High, mostSteps: 20).Image,
        })
            Assert.That(made.Values.ToArray(), Is.All.InRange(Scaling.Low, Scaling.High));
    }

    [TestCaseSource(nameof(Preparations))]
    public void V9_TheFastGradientSignRaisesTheLoss(string name)
    {
        ClassScores<double> scores = Prepared(LookedAt.Branching(), name).Scores();
        Tensor<double> x = Image(9);
        int c = scores.Decide(x)[0];
        Tensor<double> disturbed = FastGradientSign.Of(scores, x, [c], share: 1e-3, Scaling);
        Assert.That(scores.Probabilities(disturbed)[0, c], Is.LessThan(scores.Probabilities(x)[0, c]));
    }

    // A matrix mixes all pixels; otherwise each stays where it is.
    [Test]
    public void V2_APlaceSeesTheWholeImageWhereItIsMixed()
    {
        Assert.That(ReceptiveField.Of(Prepared(LookedAt.Branching(), "standardize"), "conv1", 4, 4, LookedAt.Input), Is.EqualTo(new Region(3, 3, 3, 3)));
        Assert.That(ReceptiveField.Of(Prepared(LookedAt.Branching(), "zca"), "conv1", 4, 4, LookedAt.Input), Is.EqualTo(new Region(0, 0, 9, 8)));
    }

    [Test]
    public void ImagesOfAnotherSizeDoNotFit() => Assert.That(() => new PreparedInput<double>(new(new Tensor<double>(new Shape(8)), null, null)).OutputShape(LookedAt.Input),
        Throws.TypeOf<ShapeException>().With.Message.Contains("samples of 8 numbers"));

    private static Network<double> Prepared(Network<double> network, string name) =>
        network.Behind(new PreparedInput<double>(PreparationLearner.Learn<double>(name, Photos, Scaling)) { Name = "prepared" });

    private static Tensor<double> Image(int n) => new Batches<double>(Photos.Select([n]), Scaling, 1).InOrder().First().Images.Clone();

    // Each pixel is half of the one before: neighbours are alike.
    private static ImageSet Noise(int count)
    {
        Random random = Seeds.Create(1, count);
        byte[] pixels = new byte[count * LookedAt.Input.Count];
        int before = 0;
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(before = (before + random.Next(256)) / 2);
        return new ImageSet(pixels, new byte[count], LookedAt.Input[1], LookedAt.Input[2], ["a"], channels: 2);
    }
}
