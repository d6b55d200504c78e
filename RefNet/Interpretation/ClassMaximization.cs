using System.Numerics;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// Class maximisation: an image that maximises S_c(x) - λ |x - x_0|², by gradient ascent from a nearly uniform image x_0. Simonyan et al. 2014, equation 1. Jitter, a
/// random shift in each step that is then undone, and a blur every few steps prevent fine noise: Yosinski et al. 2015, section 3; LECTURES V7.
/// </summary>
/// <param name="Image">The image.</param>
/// <param name="Scores">S_c before each step, and at the end.</param>
public sealed record ClassMaximization<T>(Tensor<T> Image, IReadOnlyList<double> Scores) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double FirstNoise = 1e-3;

    /// <summary>Runs the gradient ascent.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="c">The class, from 0.</param>
    /// <param name="from">x_0, one empty image.</param>
    /// <param name="options">Steps, rate, penalty, jitter and blur.</param>
    public static ClassMaximization<T> Of(ClassScores<T> scores, int c, Tensor<T> from, ClimbOptions options)
    {
        Tensor<T> x = from.Clone();
        Random noise = Seeds.Create(options.Seed, 0);
        foreach (ref T value in x.Span)
            value += T.CreateChecked(FirstNoise * MathNet.Numerics.Distributions.Normal.Sample(noise, 0, 1));
        List<double> climbed = [];
        for (int step = 0; step < options.Steps; step++)
        {
            Random random = Seeds.Create(options.Seed, 1, step);
            (int down, int right) = (random.Next(-options.Jitter, options.Jitter + 1), random.Next(-options.Jitter, options.Jitter + 1));
            Tensor<T> g = Smoothing.Shift(scores.Gradient(Smoothing.Shift(x, down, right), c), -down, -right);
            climbed.Add(double.CreateChecked(scores.Of(x)[0, c]));
            for (int i = 0; i < x.Count; i++)
                g.Span[i] -= T.CreateChecked(2 * options.L2) * (x.Values[i] - from.Values[i]); // d(S - λ |x - x_0|²)/dx
            Climbing.Step(x, g, options.Rate, options.Low, options.High);
            if (options.BlurEvery > 0 && (step + 1) % options.BlurEvery == 0)
                x = Smoothing.Blur(x, options.Blur);
        }

        climbed.Add(double.CreateChecked(scores.Of(x)[0, c]));
        return new ClassMaximization<T>(x, climbed);
    }
}
