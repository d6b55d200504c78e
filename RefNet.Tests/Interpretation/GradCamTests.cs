using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Interpretation;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Interpretation;

[TestFixture]
public sealed class GradCamTests
{
    [Test]
    public void V4_BehindPoolingAndALinearHeadGradCamIsTheClassActivationMapOverZ([Values(0, 1, 2)] int c)
    {
        ClassScores<double> scores = LookedAt.Pooled().Scores();
        Tensor<double> x = LookedAt.Images(1);
        GradCam<double> cam = GradCam<double>.Of(scores, x, c, "maps");
        Tensor<double> map = ClassActivationMap.Of(scores, x, c);
        Assert.That(map.Shape, Is.EqualTo(new Shape(5, 4)));
        double[] overZ = [.. map.Values.ToArray().Select(value => value / 20)];
        TensorAssert.AreClose(new Tensor<double>(map.Shape, overZ), cam.Sum, 1e-14, "sum");
        Assert.That(cam.Map.Values.ToArray(), Is.EqualTo(cam.Sum.Values.ToArray().Select(value => Math.Max(0, value))));
        // The score is the mean of the map, plus the bias, which starts at 0.
        Assert.That(map.Values.ToArray().Average(), Is.EqualTo(scores.Of(x)[0, c]).Within(1e-13));
    }

    // α_k is the mean slope of the score at a map: the score rises by it where the map does by 1/Z everywhere.
    [TestCase("conv1"), TestCase("block.body"), TestCase("block.body.Convolution2D1"), TestCase("block"), TestCase("top"), TestCase("top.relu")]
    public void V4_AlphaIsTheSlopeOfTheScoreWhereAMapRisesAsAWhole(string path)
    {
        Network<double> network = LookedAt.Branching();
        GradCam<double> cam = GradCam<double>.Of(network.Scores(), LookedAt.Images(1), c: 1, path);
        Tensor<double> raise = new(cam.Alpha.Shape);
        Layer<double> layer = network[path];
        string parent = path.Contains('.') ? path[..path.LastIndexOf('.')] : "";
        // The same network, in which a number of mine is added to each map of that layer. Its weights are those of the first.
        Network<double> raised = LookedAt.Branching();
        Layer<double> old = raised[path];
        raised.Replace(path, new Raised(old, raise, cam.Sum.Count) { Name = layer.Name });
        foreach ((Parameter<double> to, Parameter<double> from) in raised.Parameters.Zip(network.Parameters))
            to.Value.CopyFrom(from.Value.Values);
        ClassScores<double> scores = raised.Scores();
        Tensor<double> x = LookedAt.Images(1);
        TensorAssert.AreClose(LookedAt.Slopes(raise, () => scores.Of(x)[0, 1], h: 1e-4), cam.Alpha, 1e-8, parent + path);
    }

    [Test]
    public void V4_WhereNothingSpeaksForTheClassItSaysSo()
    {
        Network<double> network = LookedAt.Pooled();
        network["head"].Parameters[0].Value.Span.Fill(-1); // maps behind a ReLU are not negative
        GradCam<double> cam = GradCam<double>.Of(network.Scores(), LookedAt.Images(1), c: 0, "maps");
        Assert.That(cam.IsAllNegative, Is.True);
        Assert.That(cam.Map.Values.ToArray(), Is.All.Zero);
        network["head"].Parameters[0].Value.Span.Fill(1);
        Assert.That(GradCam<double>.Of(network.Scores(), LookedAt.Images(1), c: 0, "maps").IsAllNegative, Is.False);
    }

    [Test]
    public void V4_GuidedGradCamIsGuidedBackpropagationWhereGradCamIs()
    {
        ClassScores<double> scores = LookedAt.Branching().Scores();
        Tensor<double> x = LookedAt.Images(1);
        Tensor<double> guided = GuidedBackpropagation.Of(scores, x, 2), map = GradCam<double>.Of(scores, x, 2, "conv1").Map, both = GuidedGradCam.Of(scores, x, 2, "conv1");
        for (int i = 0; i < x.Count; i++)
            Assert.That(both.Values[i], Is.EqualTo(guided.Values[i] * map.Values[i % map.Count]).Within(1e-12)); // conv1 keeps the size
    }

    [Test]
    public void EnlargingKeepsConstantsAndLinesAndIsNothingAtTheSameSize()
    {
        Tensor<double> line = new(new Shape(2, 4), [0, 1, 2, 3, 0, 1, 2, 3]);
        TensorAssert.AreIdentical(line, Enlarging.Bilinear(line, 2, 4), "the same size");
        double[] row = [.. Enlarging.Bilinear(line, 3, 8).Values[..8]];
        Assert.That(row, Is.EqualTo(new[] { 0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3 }).Within(1e-15));
    }

    [Test]
    public void AWrongPathListsThoseThatGiveMaps()
    {
        ClassScores<double> scores = LookedAt.Branching().Scores();
        Assert.That(MapLayers.Last(scores.Network), Is.EqualTo("top"));
        Assert.That(() => GradCam<double>.Of(scores, LookedAt.Images(1), 0, "block.bodi"), Throws.TypeOf<InputException>().With.Message.EqualTo(
            "Expected the path of a layer with maps: conv1, relu1, block.body.Convolution2D1, block.body.BatchNormalization2, block.body.ReLU3, block.body, block.Identity2, block, pool, top.Convolution2D1, top.relu, top; found 'block.bodi'. Did you mean block.body?"));
        Assert.That(() => GradCam<double>.Of(scores, LookedAt.Images(1), 0, "head"), Throws.TypeOf<InputException>());
        Assert.That(() => Deconvnet.Of(scores.Network, LookedAt.Images(1), "block.body", (0, 0, 0)), Throws.TypeOf<InputException>().With.Message.Contains("branch of block"));
        Assert.That(() => ClassActivationMap.Of(scores, LookedAt.Images(1), 0), Throws.TypeOf<InputException>().With.Message.Contains("Use Grad-CAM"));
    }

    // y_k = f_k(x) + r_k / Z.
    private sealed class Raised(Layer<double> layer, Tensor<double> raise, int z) : Layer<double>
    {
        public override Shape OutputShape(Shape input) => layer.OutputShape(input);

        public override IReadOnlyList<Parameter<double>> Parameters => layer.Parameters;

        protected override void Forward(Tensor<double> x, Tensor<double> y, Mode mode)
        {
            y.CopyFrom(layer.Forward(x, mode).Values);
            for (int k = 0; k < y.Shape[1]; k++)
            {
                foreach (ref double value in y.PlaneSpan(0, k))
                    value += raise[k] / z;
            }
        }

        protected override void Backward(Tensor<double> x, Tensor<double> y, Tensor<double> dY, Tensor<double>? dX) => throw new NotSupportedException();
    }
}
