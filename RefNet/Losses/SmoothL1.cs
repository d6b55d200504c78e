using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Losses;

/// <summary>
/// Squared error near the target and absolute error far from it: L = mean over the samples of sum_i s(y_i - t_i), with
/// s(d) = d²/(2β) for |d| below β and |d| - β/2 elsewhere; any shape -> one number in the unit of y, 0 or more. Girshick 2015,
/// "Fast R-CNN", equation 3, with β = 1: the loss of its bounding boxes (LECTURES D12).
/// </summary>
/// <remarks>s and its derivative are continuous. s is 1/β times Huber's function of 1964. PyTorch's SmoothL1Loss also divides by the number of outputs of a sample.</remarks>
public sealed class SmoothL1<T> : Loss<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T beta;

    // Saved by Forward for Backward
    private Tensor<T>? difference;

    /// <summary>Creates the loss.</summary>
    /// <param name="beta">β, above 0, in the unit of y: where the parabola meets the lines.</param>
    public SmoothL1(double beta = 1)
    {
        if (!(beta > 0 && double.IsFinite(beta)))
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "β must be a finite number above 0.");
        this.beta = T.CreateChecked(beta);
    }

    /// <inheritdoc/>
    public override T Forward(Tensor<T> y, Tensor<T> target)
    {
        CheckShapes(y, target);
        Tensor<T> difference = Tensor<T>.Reuse(ref this.difference, y.Shape);

        ReadOnlySpan<T> ys = y.Values, ts = target.Values;
        Span<T> d = difference.Span;
        T half = T.CreateChecked(0.5), sum = T.Zero;
        for (int i = 0; i < d.Length; i++)
        {
            d[i] = ys[i] - ts[i];
            sum += T.Abs(d[i]) < beta ? half * d[i] * d[i] / beta : T.Abs(d[i]) - half * beta;
        }

        return sum / T.CreateChecked(y.Shape[0]);
    }

    // L = (1/N) sum_n sum_i s(d_ni):
    // (1) s'(d) = d/β for |d| below β, and sign(d) elsewhere: d/β clamped to -1 ... 1
    // (2) dL/dy_ni = s'(d_ni) / N

    /// <inheritdoc/>
    public override Tensor<T> Backward()
    {
        Tensor<T> dY = OutputGradientFor(difference);

        ReadOnlySpan<T> d = difference!.Values;
        Span<T> gradient = dY.Span;
        T samples = T.CreateChecked(dY.Shape[0]);
        for (int i = 0; i < d.Length; i++)
            gradient[i] = T.Clamp(d[i] / beta, -T.One, T.One) / samples; // (1), (2)
        return dY;
    }
}
