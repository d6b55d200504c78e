using System.Numerics;
using RefNet.Backends.Simd;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Optimizers;

/// <summary>
/// Adadelta: r ← ρ r + (1 - ρ) g², Δ = g √(s + δ) / √(r + δ), s ← ρ s + (1 - ρ) Δ², θ ← θ - η Δ, element by element. Zeiler
/// 2012, algorithm 1; LECTURES T3.
/// </summary>
/// <remarks>
/// √s is the typical size of a step and √r that of a gradient, so that Δ has the unit of θ. The paper has no rate: its
/// algorithm is η = 1. The first steps are about √δ long.
/// </remarks>
public sealed class Adadelta<T> : HostOptimizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T rho;
    private readonly T delta;
    private readonly Tensor<T>[] gradients;
    private readonly Tensor<T>[] changes;

    /// <summary>Creates the optimiser for parameters, with all averages at zero.</summary>
    /// <param name="parameters">The parameters to change.</param>
    /// <param name="learningRate">η, above 0, a factor of every step.</param>
    /// <param name="rho">ρ, the weight of the past in both averages, from 0 to below 1.</param>
    /// <param name="delta">δ, above 0, in the unit of g² and of Δ².</param>
    /// <param name="weightDecay">λ of the L2 penalty, 0 or more (X30).</param>
    public Adadelta(IReadOnlyList<Parameter<T>> parameters, double learningRate = 1, double rho = 0.9, double delta = 1e-6, double weightDecay = 0)
        : base(parameters, learningRate, weightDecay)
    {
        this.rho = Share(rho, nameof(rho));
        this.delta = Positive(delta, nameof(delta));
        gradients = Zeros();
        changes = Zeros();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, Tensor<T>>> State(IReadOnlyList<string> paths) =>
        [.. Named(paths, "squaredAverage", gradients), .. Named(paths, "squaredStep", changes)];

    /// <inheritdoc/>
    protected override void Change(Span<T> theta, ReadOnlySpan<T> g, int p, Range run)
    {
        T minusEta = T.CreateChecked(-RateOf(p));
        Span<T> r = gradients[p].Span[run];
        Span<T> s = changes[p].Span[run];
        using Scratch<T> scratch = new(g.Length);
        Span<T> step = scratch.Span;
        using Scratch<T> rootScratch = new(g.Length);
        Span<T> root = rootScratch.Span;
        TensorPrimitives.Multiply(g, g, step);
        Average(r, rho, step);                                      // r = ρ r + (1 - ρ) g²
        TensorPrimitives.Add(s, delta, step);
        TensorPrimitives.Sqrt(step, step);                          // √(s + δ)
        TensorPrimitives.Add(r, delta, root);
        TensorPrimitives.Sqrt(root, root);                          // √(r + δ)
        TensorPrimitives.Divide(step, root, step);
        TensorPrimitives.Multiply(step, g, step);                   // Δ = g √(s + δ) / √(r + δ)
        TensorPrimitives.MultiplyAdd(step, minusEta, theta, theta); // θ = θ - η Δ
        TensorPrimitives.Multiply(step, step, step);
        Average(s, rho, step);                                      // s = ρ s + (1 - ρ) Δ²
    }
}
