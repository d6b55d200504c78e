using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Losses;

/// <summary>
/// Several losses of the same outputs and targets in one: L = sum_k λ_k L_k; the inputs of each L_k -> one number. LECTURES Y27
/// (losses of other outputs: <see cref="RefNet.Blocks.SideHead{T}"/>).
/// </summary>
public sealed class WeightedSum<T> : Loss<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly (T Weight, Loss<T> Loss)[] terms;

    // Saved by Forward for Backward
    private Tensor<T>? y;

    /// <summary>Creates the loss.</summary>
    /// <param name="terms">Each λ_k, a finite number, with its L_k: one or more.</param>
    public WeightedSum(params ReadOnlySpan<(double Weight, Loss<T> Loss)> terms)
    {
        if (terms.IsEmpty)
            throw new ArgumentException("A sum of losses needs one or more.", nameof(terms));
        foreach ((double weight, _) in terms)
        {
            if (!double.IsFinite(weight))
                throw new ArgumentOutOfRangeException(nameof(terms), weight, "The weight of a loss must be a finite number.");
        }

        this.terms = [.. terms.ToArray().Select(term => (T.CreateChecked(term.Weight), term.Loss))];
    }

    /// <inheritdoc/>
    public override T Forward(Tensor<T> y, Tensor<T> target)
    {
        CheckShapes(y, target);
        this.y = y;
        T sum = T.Zero;
        foreach ((T weight, Loss<T> loss) in terms)
        {
            loss.Backend = Backend;
            sum += weight * loss.Forward(y, target);
        }

        return sum;
    }

    /// <summary>The divisor of the means of all terms.</summary>
    /// <exception cref="InvalidOperationException">The terms have different divisors, so that the share of a part of a batch is undefined.</exception>
    public override T TotalWeight(Targets<T> target)
    {
        T total = terms[0].Loss.TotalWeight(target);
        return terms.All(term => term.Loss.TotalWeight(target) == total)
            ? total
            : throw new InvalidOperationException($"{Name}: expected losses that weight samples equally; found class weights or ignored labels in only some of them. Give all of them the same, or train on whole batches.");
    }

    // (1) dL/dy = sum_k λ_k dL_k/dy

    /// <inheritdoc/>
    public override Tensor<T> Backward()
    {
        Tensor<T> dY = OutputGradientFor(y);

        Span<T> sum = dY.Span;
        sum.Clear();
        foreach ((T weight, Loss<T> loss) in terms)
        {
            ReadOnlySpan<T> gradient = loss.Backward().Values;
            for (int i = 0; i < sum.Length; i++)
                sum[i] += weight * gradient[i]; // (1)
        }

        return dY;
    }

    /// <inheritdoc/>
    public override int? CountErrors(Tensor<T> y, Targets<T> target) => terms[0].Loss.CountErrors(y, target);
}
