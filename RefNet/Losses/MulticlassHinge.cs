using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Losses;

/// <summary>
/// The loss of a support vector machine over classes: L = mean over the samples of sum_{j≠D} max(0, y_j - y_D + Δ), where D
/// is the right class; N x C scores -> one number in the unit of y, 0 or more. Weston and Watkins 1999;
/// LECTURES X8.
/// </summary>
/// <remarks>
/// It is 0 once the right score exceeds every other by the margin Δ. Where the difference is exactly Δ it has a kink, whose
/// slope is taken as 0. The score of the right class is subtracted: S2 prints a plus in the expanded form (X8). Scores are
/// not probabilities.
/// </remarks>
public sealed class MulticlassHinge<T> : ClassificationLoss<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T margin;

    // Saved by Forward for Backward
    private Tensor<T>? y;
    private Tensor<T>? target;

    /// <summary>Creates the loss.</summary>
    /// <param name="margin">Δ, above 0, in the unit of y.</param>
    public MulticlassHinge(double margin = 1)
    {
        if (!(margin > 0 && double.IsFinite(margin)))
            throw new ArgumentOutOfRangeException(nameof(margin), margin, "The margin must be a finite number above 0.");
        this.margin = T.CreateChecked(margin);
    }

    /// <inheritdoc/>
    public override T Forward(Tensor<T> y, Tensor<T> target)
    {
        CheckClasses(y, target);
        this.y = y;
        this.target = target;

        T loss = T.Zero;
        for (int n = 0; n < y.Shape[0]; n++)
        {
            for (int d = 0; d < y.Shape[1]; d++)
                loss += target[n, d] * Violations(y.Sample(n), d);
        }

        return loss / T.CreateChecked(y.Shape[0]);
    }

    // One sample; v_j = [j ≠ D and y_j - y_D + Δ > 0] marks the classes that violate the margin, and k is their number:
    // (1) L = sum_j v_j (y_j - y_D + Δ)
    // (2) dL/dy_j = v_j for j ≠ D
    // (3) dL/dy_D = -k, both divided by N for the mean over N samples
    // Targets that are a distribution weight this by t_D and sum over D.

    /// <inheritdoc/>
    public override Tensor<T> Backward()
    {
        Tensor<T> dY = OutputGradientFor(y);

        int samples = dY.Shape[0], classes = dY.Shape[1];
        dY.Span.Clear();
        for (int n = 0; n < samples; n++)
        {
            for (int d = 0; d < classes; d++)
            {
                T share = target![n, d] / T.CreateChecked(samples);
                for (int j = 0; j < classes; j++)
                {
                    if (j == d || !(y![n, j] - y[n, d] + margin > T.Zero))
                        continue;
                    dY[n, j] += share; // (2)
                    dY[n, d] -= share; // (3)
                }
            }
        }

        return dY;
    }

    /// <inheritdoc/>
    public override bool TryGetProbabilities(ReadOnlySpan<T> y, Span<T> probabilities) => false;

    // (1) for the right class d.
    private T Violations(ReadOnlySpan<T> y, int d)
    {
        T sum = y[d] - y[d]; // 0, but NaN where y_D is NaN: a NaN score must not look like a loss of 0
        for (int j = 0; j < y.Length; j++)
        {
            if (j != d)
                sum += T.Max(T.Zero, y[j] - y[d] + margin);
        }

        return sum;
    }
}
