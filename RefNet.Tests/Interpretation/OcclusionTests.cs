using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Interpretation;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Tests.Interpretation;

[TestFixture]
public sealed class OcclusionTests
{
    // Class 1 is "a bright 3x3 square stands somewhere": its score is the largest sum of a window, class 0 has a score in between.
    private static Network<double> FindsBrightSquares()
    {
        Convolution2D<double> sum = new(1, 1, kernel: 3, useBias: false);
        sum.Parameters[0].Value.Span.Fill(1);
        Dense<double> head = new(1, 2);
        head.Parameters[0].Value.CopyFrom([0, 1]);
        head.Parameters[1].Value.CopyFrom([5, 0]);
        return new Network<double>(new Shape(1, 12, 10), seed: 1, sum, new MaxPooling2D<double>(new RefNet.Geometry.PoolingGeometry(new(10), new(8))), new Flatten<double>(), head);
    }

    [Test]
    public void V3_TheProbabilityFallsMostOnAPlantedSquare([Values(2, 7)] int top, [Values(1, 6)] int left, [Values(1, 2)] int stride)
    {
        Tensor<double> x = new(new Shape(1, 1, 12, 10));
        for (int i = 0; i < 9; i++)
            x[0, 0, top + i / 3, left + i % 3] = 1;
        Occlusion<double> occlusion = Occlusion<double>.Of(FindsBrightSquares().Scores(), x, c: 1, size: 3, stride, value: 0);
        double[] p = occlusion.Probability.Values.ToArray();
        int columns = occlusion.Probability.Shape[1], darkest = Array.IndexOf(p, p.Min());
        Assert.That(darkest / columns * stride + stride / 2, Is.EqualTo(top + 1).Within(stride - 1), "row of the centre");
        Assert.That(darkest % columns * stride + stride / 2, Is.EqualTo(left + 1).Within(stride - 1), "column of the centre");
        Assert.That(occlusion.MostProbable[darkest], Is.Zero, "without its square the image is of class 0");
        Assert.That(p[^1], top == 2 ? Is.EqualTo(p.Max()) : Is.GreaterThan(p.Min()));
        Assert.That(occlusion.MostProbable, Has.Some.EqualTo(1));
    }

    [Test]
    public void V3_EachPlaceIsTheProbabilityOfTheCoveredImage()
    {
        ClassScores<double> scores = LookedAt.Branching().Scores();
        Tensor<double> x = LookedAt.Images(1), covered = x.Clone();
        Occlusion<double> occlusion = Occlusion<double>.Of(scores, x, c: 2, size: 4, stride: 3);
        Assert.That(occlusion.Probability.Shape, Is.EqualTo(new Shape(3, 3)));
        // Place (1, 2) has its centre at pixel (4, 7): rows 2 to 5, and columns 5 to 7, where the image ends.
        for (int channel = 0; channel < 2; channel++)
        {
            double mean = x.Plane(0, channel).ToArray().Average();
            for (int i = 2; i <= 5; i++)
                for (int j = 5; j <= 7; j++)
                    covered[0, channel, i, j] = mean;
        }

        Assert.That(occlusion.Probability[1, 2], Is.EqualTo(scores.Probabilities(covered)[0, 2]).Within(1e-12));
    }
}
