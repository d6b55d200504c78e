using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Interpretation;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Tests.Interpretation;

/// <summary>Scores are logits, and looking changes nothing.</summary>
[TestFixture]
public sealed class ClassScoresTests
{
    [Test]
    public void X27_V8_TheGradientIsTheSlopeOfTheScoreAtEveryPixel([Values] bool endsInSoftmax)
    {
        ClassScores<double> scores = LookedAt.Branching(endsInSoftmax: endsInSoftmax).Scores();
        Tensor<double> x = LookedAt.Images(1);
        Tensor<double> gradient = Saliency.Of(scores, x, c: 2);
        TensorAssert.AreClose(LookedAt.Slopes(x, () => scores.Of(x)[0, 2]), gradient, 1e-8, "dS/dx");
    }

    [Test]
    public void BehindASoftmaxScoresAreItsInputsAndProbabilitiesItsOutputs()
    {
        Network<double> plain = LookedAt.Branching(), withSoftmax = LookedAt.Branching(endsInSoftmax: true);
        Tensor<double> x = LookedAt.Images(3);
        TensorAssert.AreIdentical(plain.Scores().Of(x), withSoftmax.Scores().Of(x), "scores");
        TensorAssert.AreIdentical(plain.Scores().Gradient(x, 0), withSoftmax.Scores().Gradient(x, 0), "gradients");
        TensorAssert.AreClose(withSoftmax.Forward(x, Mode.Evaluate).Clone(), withSoftmax.Scores().Probabilities(x), 1e-14, "probabilities");
        TensorAssert.AreClose(withSoftmax.Forward(x, Mode.Evaluate).Clone(), plain.Scores().Probabilities(x), 1e-14, "probabilities of logits");
    }

    // LeNet-5's outputs are distances to pictures of the digits: the smallest one wins.
    [Test]
    public void DistancesAreScoresWithAMinus()
    {
        Network<double> network = new LeNet5().Create<double>(seed: 1);
        Tensor<double> x = LayerCase.RandomTensor<double>(network.InputShape.Batch(1), RefNet.Randomness.Seeds.Create(1));
        double[] distances = network.Forward(x, Mode.Evaluate).Values.ToArray();
        ClassScores<double> scores = network.Scores();
        Assert.That(scores.Of(x).Values.ToArray(), Is.EqualTo(distances.Select(distance => -distance)));
        Assert.That(scores.Decide(x), Is.EqualTo(new[] { Array.IndexOf(distances, distances.Min()) }));
        const double H = 1e-6;
        Tensor<double> gradient = scores.Gradient(x, 4), moved = x.Clone();
        moved.Span[500] += H;
        double above = scores.Of(moved)[0, 4];
        moved.Span[500] -= 2 * H;
        Assert.That(gradient.Values[500], Is.EqualTo((above - scores.Of(moved)[0, 4]) / (2 * H)).Within(1e-5));
    }

    [Test]
    public void LookingLeavesParametersGradientsAndBuffersAsTheyWere()
    {
        Network<double> network = LookedAt.Branching();
        Tensor<double> x = LookedAt.Images(1);
        network.Forward(LookedAt.Images(4, seed: 9), Mode.Train); // running statistics that are not those of the start
        network["conv1"].IsFrozen = true;
        double[] State() => [.. network.Parameters.SelectMany(parameter => parameter.Value.Values.ToArray()), .. network.Buffers.SelectMany(buffer => buffer.Value.Values.ToArray()),
            .. network.Parameters.SelectMany(parameter => parameter.Gradient.Values.ToArray()), .. network.Walk().Select(place => place.Layer.IsFrozen ? 1.0 : 0)];
        double[] before = State();
        double[] xBefore = x.Values.ToArray();

        ClassScores<double> scores = network.Scores();
        SmoothGrad.Of(scores, x, 0, copies: 2);
        GradientTimesInput.Of(scores, x, 0);
        IntegratedGradients.Of(scores, x, 0, steps: 2);
        GuidedGradCam.Of(scores, x, 0);
        Deconvnet.Of(network, x, "pool", (0, 0, 0));
        Occlusion<double>.Of(scores, x, 0, size: 3, stride: 4);
        Assert.That(State(), Is.EqualTo(before));
        Assert.That(x.Values.ToArray(), Is.EqualTo(xBefore));
    }

    [Test]
    public void AClassThatIsMissingAndANetworkWithoutClassesAreErrors()
    {
        Assert.That(() => Saliency.Of(LookedAt.Pooled().Scores(), LookedAt.Images(1), c: 3), Throws.TypeOf<InputException>().With.Message.EqualTo("Expected a class from 0 to 2; found 3."));
        Network<double> pixels = new(LookedAt.Input, seed: 1, new Convolution2D<double>(2, 3, kernel: 3));
        Assert.That(() => new ClassScores<double>(pixels), Throws.TypeOf<InputException>().With.Message.Contains("3x7x6"));
    }
}
