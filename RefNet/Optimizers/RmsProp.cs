using System.Numerics;
using RefNet.Backends.Simd;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Optimizers;

/// <summary>
/// RMSProp: r ← ρ r + (1 - ρ) g², θ ← θ - η g / (√r + δ), element by element. Tieleman and Hinton 2012, "Lecture 6.5";
/// LECTURES T3, X5, X6.
/// </summary>
/// <remarks>
/// AdaGrad with a running average instead of the sum: it forgets old gradients, so that the steps do not shrink to zero. The
/// first step is η / √(1 - ρ) long in every parameter, since the average starts at 0.
/// </remarks>
public sealed class RmsProp<T> : HostOptimizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T rho;
    private readonly T delta;
    private readonly Tensor<T>[] averages;

    /// <summary>Creates the optimiser for parameters, with all averages at zero.</summary>
    /// <param name="parameters">The parameters to change.</param>
    /// <param name="learningRate">η, above 0.</param>
    /// <param name="rho">ρ, the weight of the past in the average, from 0 to below 1.</param>
    /// <param name="delta">δ, above 0, in the unit of g.</param>
    /// <param name="weightDecay">λ of the L2 penalty, 0 or more (X30).</param>
    public RmsProp(IReadOnlyList<Parameter<T>> parameters, double learningRate, double rho = 0.99, double delta = 1e-8, double weightDecay = 0)
        : base(parameters, learningRate, weightDecay)
    {
        this.rho = Share(rho, nameof(rho));
        this.delta = Positive(delta, nameof(delta));
        averages = Zeros();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, Tensor<T>>> State(IReadOnlyList<string> paths) => [.. Named(paths, "squaredAverage", averages)];

    /// <inheritdoc/>
    protected override void Change(Span<T> theta, ReadOnlySpan<T> g, int p, Range run)
    {
        T minusEta = T.CreateChecked(-RateOf(p));
        Span<T> r = averages[p].Span[run];
        using Scratch<T> scratch = new(g.Length);
        Span<T> step = scratch.Span;
        TensorPrimitives.Multiply(g, g, step);
        Average(r, rho, step);                                      // r = ρ r + (1 - ρ) g²
        TensorPrimitives.Sqrt(r, step);
        TensorPrimitives.Add(step, delta, step);                    // √r + δ
        TensorPrimitives.Divide(g, step, step);                     // g / (√r + δ)
        TensorPrimitives.MultiplyAdd(step, minusEta, theta, theta); // θ = θ - η g / (√r + δ)
    }
}
