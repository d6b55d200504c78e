using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>
/// The gradient of several batches as if they were one: (1/M) Σ M_b g_b, where M_b is the divisor of the loss of a
/// batch and M = Σ M_b. A step on it needs only the memory of one batch (gradient accumulation).
/// </summary>
/// <remarks>Except for rounding, it equals the gradient of one large batch where no layer mixes the samples of its batch.</remarks>
internal sealed class GradientMean<T>(IReadOnlyList<Parameter<T>> parameters) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T>?[] sums = new Tensor<T>?[parameters.Count];
    private T total;

    /// <summary>The number of batches in it.</summary>
    public int Batches { get; private set; }

    /// <summary>Adds the present gradients of the parameters; scales them in place.</summary>
    /// <param name="weight">M_b.</param>
    public void Add(T weight)
    {
        total = Batches == 0 ? weight : total + weight;
        for (int p = 0; p < parameters.Count; p++)
        {
            Parameter<T> theta = parameters[p];
            if (theta.IsFrozen)
                continue;
            theta.Backend.Scale(theta.Gradient, weight);
            Tensor<T> sum = sums[p] ??= new Tensor<T>(theta.Shape);
            if (Batches == 0)
                theta.Backend.Copy(theta.Gradient, sum);
            else
                theta.Backend.Add(sum, theta.Gradient, sum);
        }

        Batches++;
    }

    /// <summary>Writes the mean to the gradients of the parameters, and starts again.</summary>
    public void Take()
    {
        for (int p = 0; p < parameters.Count; p++)
        {
            Parameter<T> theta = parameters[p];
            if (theta.IsFrozen)
                continue;
            theta.Backend.Copy(sums[p]!, theta.Gradient);
            theta.Backend.Scale(theta.Gradient, total == T.Zero ? T.Zero : T.One / total);
        }

        Batches = 0;
    }

    /// <summary>Starts again.</summary>
    public void Clear() => Batches = 0;
}
