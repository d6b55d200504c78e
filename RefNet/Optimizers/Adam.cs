using System.Numerics;
using RefNet.Backends;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Optimizers;

/// <summary>
/// Adam: m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², θ ← θ - η m̂ / (√v̂ + δ) with m̂ = m / (1 - β₁ᵗ) and
/// v̂ = v / (1 - β₂ᵗ) at step t, element by element. Kingma and Ba 2015, algorithm 1; LECTURES T3, X6, X7.
/// </summary>
/// <remarks>
/// m and v start at 0 and are too small at first; the two divisors correct that. With them the first step is η long in
/// every parameter; without them it would be 0.1 η / √0.001 = 3.16 η (X7).
/// </remarks>
public sealed class Adam<T> : Optimizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double beta1;
    private readonly double beta2;
    private readonly T delta;
    private readonly Tensor<T>[] means;
    private readonly Tensor<T>[] squares;
    private readonly Tensor<T> count = new(new Shape(1));

    /// <summary>Creates the optimiser for parameters, with all averages at zero.</summary>
    /// <param name="parameters">The parameters to change.</param>
    /// <param name="learningRate">η, above 0: the length of the first step in every parameter.</param>
    /// <param name="beta1">β₁, the weight of the past in m, from 0 to below 1.</param>
    /// <param name="beta2">β₂, the weight of the past in v, from 0 to below 1.</param>
    /// <param name="delta">δ, above 0, in the unit of g.</param>
    /// <param name="weightDecay">λ of the L2 penalty, 0 or more (X30).</param>
    public Adam(
        IReadOnlyList<Parameter<T>> parameters, double learningRate, double beta1 = 0.9, double beta2 = 0.999, double delta = 1e-8, double weightDecay = 0)
        : base(parameters, learningRate, weightDecay)
    {
        Share(beta1, nameof(beta1));
        Share(beta2, nameof(beta2));
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.delta = Positive(delta, nameof(delta));
        means = Zeros();
        squares = Zeros();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, Tensor<T>>> State(IReadOnlyList<string> paths) =>
        [.. Named(paths, "mean", means), .. Named(paths, "squaredAverage", squares), KeyValuePair.Create("adam.steps", count)];

    /// <inheritdoc/>
    public override void Step()
    {
        count[0] += T.One; // in float it stays at 2^24, where β₁ᵗ and β₂ᵗ have long been 0
        base.Step();
    }

    /// <inheritdoc/>
    protected override void Step(Parameter<T> theta, int p)
    {
        double t = double.CreateChecked(count[0]);
        T c1 = T.CreateChecked(1 - Math.Pow(beta1, t)), rootC2 = T.CreateChecked(Math.Sqrt(1 - Math.Pow(beta2, t)));
        AdamFactors<T> factors = new(T.CreateChecked(beta1), T.CreateChecked(beta2), Eta: T.CreateChecked(RateOf(p)) / c1, rootC2, delta);
        theta.Backend.AdamStep(theta.Value, theta.Gradient, means[p], squares[p], factors, DecayOf(theta)); // θ = θ - η m̂ / (√v̂ + δ)
    }
}
