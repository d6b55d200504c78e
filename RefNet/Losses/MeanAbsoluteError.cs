using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Losses;

/// <summary>
/// Absolute error: L = mean over the samples of |y - t|_1 = sum_i |y_i - t_i|; any shape -> one number in the unit of y, 0 or more.
/// Lectures S2 and S4; LECTURES T13.
/// </summary>
/// <remarks>
/// Its minimum is the median of the targets; that of <see cref="MeanSquaredError{T}"/> is their mean. At y_i = t_i it has a
/// kink, whose slope is taken as 0. PyTorch's L1Loss also divides by the number of outputs of a sample.
/// </remarks>
public sealed class MeanAbsoluteError<T> : Loss<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Saved by Forward for Backward
    private Tensor<T>? difference;

    /// <inheritdoc/>
    public override T Forward(Tensor<T> y, Tensor<T> target)
    {
        CheckShapes(y, target);
        Tensor<T> difference = Tensor<T>.Reuse(ref this.difference, y.Shape);

        ReadOnlySpan<T> ys = y.Values, ts = target.Values;
        Span<T> d = difference.Span;
        T sum = T.Zero;
        for (int i = 0; i < d.Length; i++)
        {
            d[i] = ys[i] - ts[i];
            sum += T.Abs(d[i]);
        }

        return sum / T.CreateChecked(y.Shape[0]);
    }

    // L = (1/N) sum_n sum_i |y_ni - t_ni|:
    // (1) dL/dy_ni = sign(y_ni - t_ni) / N, and 0 at the kink

    /// <inheritdoc/>
    public override Tensor<T> Backward()
    {
        Tensor<T> dY = OutputGradientFor(difference);

        ReadOnlySpan<T> d = difference!.Values;
        Span<T> gradient = dY.Span;
        T share = T.One / T.CreateChecked(dY.Shape[0]);
        for (int i = 0; i < d.Length; i++)
            gradient[i] = d[i] > T.Zero ? share : d[i] < T.Zero ? -share : d[i] * share; // (1); 0, or NaN where d is
        return dY;
    }
}
