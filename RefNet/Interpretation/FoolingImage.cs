using System.Numerics;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// An image that a network assigns to a class with certainty, and that looks like noise to people: gradient ascent on log p_c from random pixels. Nguyen et al. 2015, "Deep Neural
/// Networks Are Easily Fooled"; LECTURES V10.
/// </summary>
/// <remarks>
/// A classifier only learns to distinguish the classes of its training images, possibly by texture rather than shape: Geirhos et al. 2019, "ImageNet-trained CNNs
/// Are Biased Towards Texture".
/// </remarks>
/// <param name="Start">The initial noise.</param>
/// <param name="Image">The image.</param>
/// <param name="Probability">p of the class at the end.</param>
/// <param name="Steps">The number of steps taken.</param>
public sealed record FoolingImage<T>(Tensor<T> Start, Tensor<T> Image, double Probability, int Steps) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Runs gradient ascent until the network is certain.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="c">The class, from 0.</param>
    /// <param name="low">The smallest value of a pixel.</param>
    /// <param name="high">The largest value of a pixel.</param>
    /// <param name="certainty">The probability to reach.</param>
    /// <param name="mostSteps">The largest number of steps, each of 1/100 of the range of a pixel on average.</param>
    /// <param name="seed">The seed of the noise.</param>
    public static FoolingImage<T> Of(ClassScores<T> scores, int c, double low, double high, double certainty = 0.99, int mostSteps = 500, int seed = 1)
    {
        Random random = Seeds.Create(seed);
        Tensor<T> start = new(scores.Network.InputShape.Batch(1));
        foreach (ref T value in start.Span)
            value = T.CreateChecked(low + (high - low) * random.NextDouble());
        Tensor<T> x = start.Clone();
        int steps = 0;
        while (Probability(x) <= certainty && steps < mostSteps)
        {
            Climbing.Step(x, FastGradientSign.LogProbabilityDirection(scores, x, [c]), (high - low) / 100, low, high);
            steps++;
        }

        return new FoolingImage<T>(start, x, Probability(x), steps);

        double Probability(Tensor<T> at) => double.CreateChecked(scores.Probabilities(at)[0, c]);
    }
}
