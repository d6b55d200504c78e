using System.Numerics;
using RefNet.Backends.Simd;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Optimizers;

/// <summary>
/// AdaGrad: r ← r + g², θ ← θ - η g / (√r + δ), element by element. Duchi, Hazan and Singer 2011, figure 1; LECTURES T3,
/// X5, X6.
/// </summary>
/// <remarks>
/// √r is the norm of all past gradients of a parameter: a direction that was steep takes small steps. The steps only
/// get shorter. The root makes them independent of the unit of the loss: without it, scaling the loss would change
/// the steps (X6). S1 prints a plus in front of the step, which goes uphill (X5).
/// </remarks>
public sealed class AdaGrad<T> : HostOptimizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T delta;
    private readonly Tensor<T>[] sums;

    /// <summary>Creates the optimiser for parameters, with all sums at zero.</summary>
    /// <param name="parameters">The parameters to change.</param>
    /// <param name="learningRate">η, above 0: the length of the first step in every parameter.</param>
    /// <param name="delta">δ, above 0, in the unit of g.</param>
    /// <param name="weightDecay">λ of the L2 penalty, 0 or more (X30).</param>
    public AdaGrad(IReadOnlyList<Parameter<T>> parameters, double learningRate, double delta = 1e-10, double weightDecay = 0)
        : base(parameters, learningRate, weightDecay)
    {
        this.delta = Positive(delta, nameof(delta));
        sums = Zeros();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, Tensor<T>>> State(IReadOnlyList<string> paths) => [.. Named(paths, "squaredSum", sums)];

    /// <inheritdoc/>
    protected override void Change(Span<T> theta, ReadOnlySpan<T> g, int p, Range run)
    {
        T minusEta = T.CreateChecked(-RateOf(p));
        Span<T> r = sums[p].Span[run];
        using Scratch<T> scratch = new(g.Length);
        Span<T> step = scratch.Span;
        TensorPrimitives.MultiplyAdd(g, g, r, r);                   // r = r + g²
        TensorPrimitives.Sqrt(r, step);
        TensorPrimitives.Add(step, delta, step);                    // √r + δ
        TensorPrimitives.Divide(g, step, step);                     // g / (√r + δ)
        TensorPrimitives.MultiplyAdd(step, minusEta, theta, theta); // θ = θ - η g / (√r + δ)
    }
}
