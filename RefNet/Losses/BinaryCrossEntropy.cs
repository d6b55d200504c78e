using System.Numerics;
using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Losses;

/// <summary>
/// Sigmoid and cross-entropy in one, for independent yes-or-no outputs: L = mean over the samples of
/// sum_i -(t_i log p_i + (1 - t_i) log(1 - p_i)), with p = 1/(1 + exp(-y)); logits of any shape -> one number in nats, 0 or more.
/// Bishop 1995, "Neural Networks for Pattern Recognition", equation 6.120; LECTURES X42.
/// </summary>
/// <remarks>t are probabilities, from 0 to 1. All finite logits give a finite loss. PyTorch's BCEWithLogitsLoss also divides by the number of outputs of a sample.</remarks>
public sealed class BinaryCrossEntropy<T> : Loss<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Saved by Forward for Backward
    private Tensor<T>? y;
    private Tensor<T>? target;

    /// <inheritdoc/>
    public override T Forward(Tensor<T> y, Tensor<T> target)
    {
        CheckShapes(y, target);
        (this.y, this.target) = (y, target);

        ReadOnlySpan<T> ys = y.Values, ts = target.Values;
        T loss = T.Zero;
        for (int i = 0; i < ys.Length; i++)
        {
            if (!(ts[i] >= T.Zero && ts[i] <= T.One))
                throw new InputException(Invariant($"{Name}: expected targets from 0 to 1; found {ts[i]}."));
            T a = T.Max(-ys[i], T.Zero) + T.LogP1(T.Exp(-T.Abs(ys[i]))); // (1) log(1 + exp(-y)): no exponential overflows
            loss += (T.One - ts[i]) * ys[i] + a;                         // (2)
        }

        return loss / T.CreateChecked(y.Shape[0]);
    }

    // One output; -log p = log(1 + exp(-y)), and -log(1 - p) = y + log(1 + exp(-y)):
    // (1) a = log(1 + exp(-y)) = max(-y, 0) + log(1 + exp(-|y|))
    // (2) L = t a + (1 - t) (y + a) = (1 - t) y + a
    // (3) da/dy = -exp(-y)/(1 + exp(-y)) = p - 1
    // (4) dL/dy = (1 - t) + (p - 1) = p - t, divided by N for the mean over N samples

    /// <inheritdoc/>
    public override Tensor<T> Backward()
    {
        Tensor<T> dY = OutputGradientFor(y);

        ReadOnlySpan<T> ys = y!.Values, ts = target!.Values;
        Span<T> d = dY.Span;
        T samples = T.CreateChecked(dY.Shape[0]);
        for (int i = 0; i < d.Length; i++)
            d[i] = (T.One / (T.One + T.Exp(-ys[i])) - ts[i]) / samples; // (4)
        return dY;
    }
}
