using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Parametric rectified linear unit: y = x where x > 0 and y = a_c x elsewhere, with a learnt slope a_c for each
/// channel; samples of shape C or of C x H x W -> the same. He et al. 2015, equation 1; LECTURES L9.
/// </summary>
/// <remarks>The slopes start at 1/4 and have no weight decay, as in the paper. At the kink x = 0 the slope is taken as a_c.</remarks>
public sealed class PReLU<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int channels;
    private readonly double start;
    private readonly Parameter<T> slope;

    /// <summary>Creates the layer.</summary>
    /// <param name="channels">C, 1 or more.</param>
    /// <param name="slope">The initial value of every a_c, a finite number.</param>
    public PReLU(int channels, double slope = 0.25)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if (!double.IsFinite(slope))
            throw new ArgumentOutOfRangeException(nameof(slope), slope, "The slope must be a finite number.");
        this.channels = channels;
        start = slope;
        this.slope = new Parameter<T>("slope", new Shape(channels), isWeight: false, start: slope);
        Parameters = [this.slope];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Input;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank is 1 or 3 && input[0] == channels ? input : throw Unfit($"samples of shape {channels} or {channels} x rows x columns", input);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        for (int n = 0; n < x.Shape[0]; n++)
        {
            for (int c = 0; c < channels; c++)
            {
                T a = slope.Value[c];
                ReadOnlySpan<T> xs = x.Plane(n, c);
                Span<T> ys = y.PlaneSpan(n, c);
                for (int i = 0; i < xs.Length; i++)
                    ys[i] = xs[i] > T.Zero ? xs[i] : a * xs[i];
            }
        }
    }

    // The sum runs over the samples and positions of a channel:
    // (1) dx = dy [x > 0] + a_c dy [x <= 0]
    // (2) da_c = sum of dy x [x <= 0]

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        for (int n = 0; n < x.Shape[0]; n++)
        {
            for (int c = 0; c < channels; c++)
            {
                T a = slope.Value[c];
                ReadOnlySpan<T> xs = x.Plane(n, c), dys = dY.Plane(n, c);
                Span<T> dxs = dX is null ? [] : dX.PlaneSpan(n, c);
                for (int i = 0; i < dxs.Length; i++)
                    dxs[i] = xs[i] > T.Zero ? dys[i] : a * dys[i];                               // (1)
                for (int i = 0; i < xs.Length && !IsFrozen; i++)
                    slope.Gradient[c] += xs[i] > T.Zero ? T.Zero : dys[i] * xs[i];               // (2)
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{channels}", CSharp.Option("slope", start, 0.25));
}
