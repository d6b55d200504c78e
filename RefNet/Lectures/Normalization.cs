using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>What the slides say about batch normalisation. LECTURES X4, X23, X24.</summary>
internal static class Normalization
{
    private const int M = 6;
    private const double Epsilon = 1e-5;

    public static IEnumerable<Replay> All { get; } =
    [
        new("X4", "S1", "a label in the backward pass of batch normalisation",
            "The gradient of the mean is labelled as that of sigma, and one of its terms is left out.",
            "It is the gradient with respect to mu. The missing term is d sigma^2 times the mean of -2 (x - mu), and since the x - mu sum to zero it is exactly 0: leaving it out is right, the label is not.",
            MeanGradient),
        new("X23", "S1", "what batch normalisation makes of data",
            "sigma^2 is called the standard deviation, scale and shift are said to belong to each weight, and the result to be N(0, 1).",
            "sigma^2 is the variance. There is one scale and one shift for each feature, or each channel of a convolution. Mean and variance become 0 and 1, but the distribution keeps its shape: two values stay two values.",
            WhatItMakes),
        new("X24", "S1", "the variance at test time",
            "A running sigma is kept for test time, without saying which one.",
            "Two conventions are in use: the paper and PyTorch average the unbiased variance, with m - 1, Caffe and Keras the one of the batch, with m. They differ by m / (m - 1). RefNet offers both.",
            RunningVariance, isRemark: true),
    ];

    private static void MeanGradient(Notes notes)
    {
        Random random = Seeds.Create(4);
        Tensor<double> x = Draw.Normal(random, M, 1);
        Tensor<double> dY = Draw.Normal(random, M, 1);
        BatchNormalization<double> layer = new(1, Epsilon);
        layer.Forward(x, Mode.Train);
        double[] dX = layer.Backward(dY).Values.ToArray();

        // The slide's chain, one channel with gamma = 1: dσ², then dμ without its second term, then dx.
        double[] xs = x.Values.ToArray();
        double[] dy = dY.Values.ToArray();
        double mu = xs.Average();
        double sigma = Math.Sqrt(xs.Average(value => (value - mu) * (value - mu)) + Epsilon);
        double dVariance = -xs.Zip(dy, (value, d) => d * (value - mu)).Sum() / (2 * sigma * sigma * sigma);
        double dMean = -dy.Sum() / sigma;
        double missing = dVariance * xs.Average(value => -2 * (value - mu));
        double[] chain = [.. xs.Zip(dy, (value, d) => d / sigma + dVariance * 2 * (value - mu) / M + dMean / M)];

        const double H = 1e-5;
        double Loss(double mean) => xs.Zip(dy, (value, d) => d * (value - mean)).Sum() / sigma;
        double slope = (Loss(mu + H) - Loss(mu - H)) / (2 * H);
        notes.Right("the slide's gradient of sigma, against finite differences in mu", slope, dMean, within: 1e-8);
        notes.Other("the gradient of sigma^2", dMean, dVariance, within: 1e-3);
        notes.Right("the term that is left out", 0, missing, within: 1e-15);
        notes.Holds("the layer's dX is the slide's chain with mu in place of sigma, to 1e-12", dX.Zip(chain, (a, b) => Math.Abs(a - b)).Max() < 1e-12);
    }

    private static void WhatItMakes(Notes notes)
    {
        Tensor<double> x = new(new Shape(8, 1), [3, 3, 3, 3, 3, 3, 3, 11]);
        double[] y = new BatchNormalization<double>(1, epsilon: 1e-12).Forward(x, Mode.Train).Values.ToArray();
        notes.Right("mean", 0, y.Average(), within: 1e-12);
        notes.Right("variance", 1, y.Average(value => value * value), within: 1e-12);
        notes.Wrong("different values, of 8 draws from N(0, 1)", 8, y.Distinct().Count());
        notes.Right("different values, as before", 2, y.Distinct().Count());
        notes.Right("largest value; dividing by the variance 7 and not by its root would give 1", 7 / Math.Sqrt(7), y.Max(), within: 1e-9);
        notes.Wrong("scales for 64 maps after a 3x3 convolution of 16 maps", 64 * 16 * 9, new BatchNormalization<double>(64).Parameters[0].Count);
        notes.Right("scales for 64 maps", 64, new BatchNormalization<double>(64).Parameters[0].Count);
    }

    private static void RunningVariance(Notes notes)
    {
        Tensor<double> x = new(new Shape(5, 1), [1, 2, 3, 4, 10]);
        double unbiased = Running(unbiased: true);
        double biased = Running(unbiased: false);
        notes.Right("running variance of 1, 2, 3, 4, 10 with 1/(m - 1)", 12.5, unbiased, within: 1e-12);
        notes.Right("with 1/m", 10, biased, within: 1e-12);
        notes.Other("the two conventions", unbiased, biased, within: 1e-9);

        double Running(bool unbiased)
        {
            BatchNormalization<double> layer = new(1, momentum: 1, unbiased: unbiased);
            layer.Forward(x, Mode.Train);
            return layer.Buffers[1].Value[0];
        }
    }
}
