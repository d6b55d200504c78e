using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>
/// Compares hand-derived gradients with central finite differences, in double, at every entry of the input and of every
/// parameter (LECTURES T13).
/// </summary>
/// <remarks>
/// The loss is u.y with a random u. The sum of the outputs would not do: on a normalisation layer its gradient vanishes,
/// so that a Backward that returns zero would pass.
/// </remarks>
public static class GradientCheck
{
    /// <summary>The step of the differences: the truncation error falls with h², the rounding error grows with 1/h.</summary>
    public const double Step = 1e-5;

    /// <summary>The largest |analytic - numeric| / max(1, |analytic|, |numeric|) that passes.</summary>
    public const double Tolerance = 1e-6;

    /// <summary>Checks one layer, block or network at one input.</summary>
    /// <param name="layer">What to check; its parameters and buffers are as they were when the check ends.</param>
    /// <param name="x">A batch of inputs.</param>
    /// <param name="mode">The mode of every forward pass of the check.</param>
    /// <param name="seed">Where u comes from.</param>
    public static GradientReport Run(Layer<double> layer, Tensor<double> x, Mode mode, int seed = 0)
    {
        // Every evaluation starts from the same buffers: the same statistics, the same random masks.
        Tensor<double>[] buffers = [.. layer.Buffers.Select(buffer => buffer.Value.Clone())];
        void Restore()
        {
            for (int i = 0; i < buffers.Length; i++)
                layer.Buffers[i].Value.CopyFrom(buffers[i].Span);
        }

        x = x.Clone();
        Tensor<double> u = layer.Forward(x, mode).Clone();
        Random random = Seeds.Create(seed);
        foreach (ref double weight in u.Span)
            weight = 2 * random.NextDouble() - 1;

        double Evaluate()
        {
            Restore();
            return Dot(layer.Forward(x, mode).Span, u.Span);
        }

        Restore();
        layer.Forward(x, mode);
        foreach (Parameter<double> parameter in layer.Parameters)
            parameter.ClearGradient();
        Tensor<double> dX = layer.Backward(u).Clone();

        List<TensorReport> tensors = [Compare("input", x, dX, Evaluate)];
        foreach (Parameter<double> parameter in layer.Parameters)
            tensors.Add(Compare(parameter.Name, parameter.Value, parameter.Gradient.Clone(), Evaluate));
        Restore();
        return new GradientReport(layer.Name, tensors);
    }

    private static TensorReport Compare(string name, Tensor<double> theta, Tensor<double> gradient, Func<double> evaluate)
    {
        GradientEntry? worst = null;
        List<int> kinks = [];
        double centre = evaluate();
        for (int i = 0; i < theta.Count; i++)
        {
            double original = theta.Span[i];
            theta.Span[i] = original + Step;
            double above = evaluate();
            theta.Span[i] = original - Step;
            double below = evaluate();
            theta.Span[i] = original;

            GradientEntry entry = new(i, gradient.Span[i], (above - below) / (2 * Step));
            if (entry.Error > Tolerance && IsKink(above - centre, centre - below))
                kinks.Add(i);
            else if (worst is null || !(entry.Error <= worst.Error))
                worst = entry;
        }

        return new TensorReport(name, theta.Shape, theta.Count - kinks.Count, worst, kinks);
    }

    // At a kink (ReLU at 0, a tie of a maximum) the slopes to both sides differ by a finite amount, however small the step;
    // where the function is smooth they differ by h f'' only. 1e-3 lies far from both.
    private static bool IsKink(double forward, double backward) => Math.Abs(forward - backward) / Step > 1e-3;

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
