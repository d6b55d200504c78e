using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Interpretation;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Interpretation;

/// <summary>The family of the gradient: what each pixel does to the score.</summary>
[TestFixture]
public sealed class AttributionTests
{
    [Test]
    public void V8_TheMapIsTheLargestSizeOverTheChannels()
    {
        Tensor<double> w = new(new Shape(1, 2, 1, 3), [1, -5, 0, -2, 3, 0]);
        Assert.That(Saliency.Map(w).Values.ToArray(), Is.EqualTo(new double[] { 2, 5, 0 }));
    }

    // Where S is smooth the error of the m middles falls as 1/m²; where its slope jumps, at ReLUs and maxima, as 1/m times the jumps.
    [Test]
    public void V8_IntegratedGradientsAreComplete()
    {
        Network<double> smooth = new(LookedAt.Input, seed: 4,
            new Convolution2D<double>(2, 4, kernel: 3), new Tanh<double>(), new Flatten<double>(), new Dense<double>(168, 3));
        AssertComplete(smooth, steps: 100, within: 1e-3);
        AssertComplete(smooth, steps: 1000, within: 1e-5);
        AssertComplete(LookedAt.Branching(), steps: 1000, within: 1e-3);

        static void AssertComplete(Network<double> network, int steps, double within)
        {
            ClassScores<double> scores = network.Scores();
            Tensor<double> x = LookedAt.Images(1);
            foreach (Tensor<double> from in new[] { LookedAt.Images(1, seed: 8), new Tensor<double>(x.Shape) })
            {
                Tensor<double> attributions = IntegratedGradients.Of(scores, x, 1, from, steps);
                double rise = scores.Of(x)[0, 1] - scores.Of(from)[0, 1];
                Assert.That(TensorSum(attributions), Is.EqualTo(rise).Within(within * attributions.Values.ToArray().Sum(Math.Abs)));
            }
        }
    }

    // Without biases a network of ReLUs and maxima is linear along the ray through x (Euler).
    [Test]
    public void V8_WithoutBiasesGradientTimesInputSumsToTheScoreAndIsTheIntegral()
    {
        Network<double> network = new(LookedAt.Input, seed: 4,
            new Convolution2D<double>(2, 4, kernel: 3, useBias: false), new ReLU<double>(), new MaxPooling2D<double>(2, rounding: RefNet.Geometry.Rounding.Floor), new Flatten<double>(), new Dense<double>(36, 3, useBias: false));
        ClassScores<double> scores = network.Scores();
        Tensor<double> x = LookedAt.Images(1);
        Tensor<double> product = GradientTimesInput.Of(scores, x, 1);
        Assert.That(TensorSum(product), Is.EqualTo(scores.Of(x)[0, 1]).Within(1e-12));
        TensorAssert.AreClose(product, IntegratedGradients.Of(scores, x, 1, steps: 3), 1e-12, "integrated gradients");
    }

    [Test]
    public void V8_SmoothGradIsTheGradientWhereThereIsNoNoiseAndRepeatsWithItsSeed()
    {
        ClassScores<double> scores = LookedAt.Branching().Scores();
        Tensor<double> x = LookedAt.Images(1);
        TensorAssert.AreClose(Saliency.Of(scores, x, 0), SmoothGrad.Of(scores, x, 0, copies: 3, noise: 0), 1e-14, "without noise");
        Tensor<double> smooth = SmoothGrad.Of(scores, x, 0, copies: 3, seed: 2);
        TensorAssert.AreIdentical(smooth, SmoothGrad.Of(scores, x, 0, copies: 3, seed: 2), "the same seed");
        Assert.That(SmoothGrad.Of(scores, x, 0, copies: 3, seed: 3).Values.ToArray(), Is.Not.EqualTo(smooth.Values.ToArray()));
    }

    // Of a function whose slope is known the mean over noise is known: the slope of x²/2 is x, and noise of mean 0 leaves it.
    [Test]
    public void V8_SmoothGradIsTheMeanOverNoise()
    {
        Network<double> network = new(new Shape(1, 2, 2), seed: 1, new Flatten<double>(), new EuclideanRadialBasis<double>(new Tensor<double>(new Shape(1, 4))));
        Tensor<double> x = new(new Shape(1, 1, 2, 2), [0, 1, 2, 4]);
        // σ = 0.15 * 4, the slope -2x is drawn with 2σ; the mean of 4,000 lies within 5 of its deviations.
        TensorAssert.AreClose(new Tensor<double>(x.Shape, [0, -2, -4, -8]), SmoothGrad.Of(network.Scores(), x, 0, copies: 4000), 5 * 1.2 / Math.Sqrt(4000) / 8, "mean");
    }

    private static double TensorSum(Tensor<double> x) => x.Values.ToArray().Sum();
}
