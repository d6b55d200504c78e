using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Losses;

/// <summary>
/// The loss of LeNet-5: L = mean over the samples of y_D + log(exp(-j) + sum_i exp(-y_i)), where D is the right class;
/// N x C penalties -> one number. LeCun et al. 1998, equation 9; LECTURES L20, X22.
/// </summary>
/// <remarks>
/// y are penalties, as from <see cref="RefNet.Layers.EuclideanRadialBasis{T}"/>: the smallest one wins. The first
/// term pulls the penalty of the right class down, the second pushes those of the others up. exp(-j) stands for a rubbish
/// class, "none of these": it stops the push once the wrong penalties are well above j.
/// </remarks>
public sealed class MaximumAPosteriori<T> : ClassificationLoss<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T j;

    // Saved by Forward for Backward
    private Tensor<T>? p;
    private Tensor<T>? target;

    /// <summary>Creates the loss.</summary>
    /// <param name="j">The penalty of the rubbish class, above 0, in the unit of y.</param>
    public MaximumAPosteriori(double j)
    {
        if (!(j > 0 && double.IsFinite(j)))
            throw new ArgumentOutOfRangeException(nameof(j), j, "The penalty of the rubbish class must be a finite number above 0.");
        this.j = T.CreateChecked(j);
    }

    /// <inheritdoc/>
    public override T Forward(Tensor<T> y, Tensor<T> target)
    {
        CheckClasses(y, target);
        Tensor<T> p = Tensor<T>.Reuse(ref this.p, y.Shape);
        this.target = target;

        int samples = y.Shape[0];
        T loss = T.Zero;
        for (int n = 0; n < samples; n++)
            loss += WeightedSum(target.Sample(n), y.Sample(n)) + LogZ(y.Sample(n), p.SampleSpan(n));
        return loss / T.CreateChecked(samples);
    }

    // One sample; Z = exp(-j) + sum_i exp(-y_i), p_i = exp(-y_i)/Z, t_i = [i = D]:
    // (1) L = sum_i t_i y_i + log Z
    // (2) d(log Z)/dy_i = -exp(-y_i)/Z = -p_i
    // (3) dL/dy_i = t_i - p_i, divided by N for the mean over N samples

    /// <inheritdoc/>
    public override Tensor<T> Backward()
    {
        Tensor<T> dY = OutputGradientFor(p);

        T samples = T.CreateChecked(dY.Shape[0]);
        for (int i = 0; i < dY.Count; i++)
            dY.Span[i] = (target!.Values[i] - p!.Values[i]) / samples; // (3)
        return dY;
    }

    /// <summary>The class with the smallest penalty (X22).</summary>
    /// <remarks>A loop, for the reason given at <see cref="ClassificationLoss{T}.Decide"/>.</remarks>
    public override int Decide(ReadOnlySpan<T> y)
    {
        int smallest = 0;
        for (int i = 1; i < y.Length; i++)
        {
            if (y[i] < y[smallest])
                smallest = i;
        }

        return smallest;
    }

    /// <inheritdoc/>
    public override int? CountErrors(Tensor<T> y, Targets<T> target) => Backend.CountErrors(y, target.Values, smallestWins: true);

    /// <summary>
    /// Writes the posterior of each class, exp(-y_i)/Z. They sum to less than 1: the rest belongs to the rubbish class.
    /// </summary>
    /// <returns>True.</returns>
    public override bool TryGetProbabilities(ReadOnlySpan<T> y, Span<T> probabilities)
    {
        LogZ(y, probabilities);
        return true;
    }

    private T LogZ(ReadOnlySpan<T> y, Span<T> p)
    {
        for (int i = 0; i < y.Length; i++)
            p[i] = -y[i];
        return LogSumExp.Compute(p, -j, p);
    }
}
