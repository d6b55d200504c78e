using System.Numerics;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Parametric rectified linear unit: y = x where x > 0 and y = a_c x elsewhere, with a slope a_c for each channel that is
/// learnt; samples of shape C or of C x H x W -> the same. He et al. 2015, equation 1; LECTURES L9.
/// </summary>
/// <remarks>The slopes start at 1/4 and do not decay, as in the paper. At the kink x = 0 the slope is taken as a_c.</remarks>
public sealed class PReLU<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int channels;
    private readonly Parameter<T> slope;

    // Saved by Forward for Backward
    private Tensor<T>? x;

    /// <summary>Makes the layer.</summary>
    /// <param name="channels">C, 1 or more.</param>
    /// <param name="slope">What every a_c starts at, a finite number.</param>
    public PReLU(int channels, double slope = 0.25)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if (!double.IsFinite(slope))
            throw new ArgumentOutOfRangeException(nameof(slope), slope, "The slope must be a finite number.");
        this.channels = channels;
        this.slope = new Parameter<T>("slope", new Shape(channels), isWeight: false);
        this.slope.Value.Span.Fill(T.CreateChecked(slope));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters => [slope];

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank is 1 or 3 && input[0] == channels ? input : throw Unfit($"samples of shape {channels} or {channels} x rows x columns", input);

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Tensor<T> y = OutputFor(x);
        this.x = x;

        ParallelLoop.For(x.Shape[0], (slope, x, y), static (n, of) =>
        {
            for (int c = 0; c < of.slope.Value.Count; c++)
            {
                T a = of.slope.Value[c];
                ReadOnlySpan<T> xs = of.x.Plane(n, c);
                Span<T> ys = of.y.Plane(n, c);
                for (int i = 0; i < xs.Length; i++)
                    ys[i] = xs[i] > T.Zero ? xs[i] : a * xs[i];
            }
        });
        return y;
    }

    // The sum runs over the samples and positions of a channel:
    // (1) dx = dy [x > 0] + a_c dy [x <= 0]
    // (2) da_c = sum of dy x [x <= 0]

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = InputGradientFor(dY);

        ParallelLoop.Sum(dY.Shape[0], slope.Gradient.Span, (slope, x: x!, dY, dX), static (n, dA, of) =>
        {
            for (int c = 0; c < dA.Length; c++)
            {
                T a = of.slope.Value[c];
                ReadOnlySpan<T> xs = of.x.Plane(n, c);
                ReadOnlySpan<T> dys = of.dY.Plane(n, c);
                Span<T> dxs = of.dX.Plane(n, c);
                for (int i = 0; i < xs.Length; i++)
                {
                    dxs[i] = xs[i] > T.Zero ? dys[i] : a * dys[i]; // (1)
                    dA[c] += xs[i] > T.Zero ? T.Zero : dys[i] * xs[i]; // (2)
                }
            }
        });
        return dX;
    }
}
