using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Optimizers;

/// <summary>
/// Gradient descent with momentum (heavy ball): v ← μ v + g, θ ← θ - η v. Polyak 1964; LECTURES T2, and of the four
/// forms in X28 that of S0, which is also PyTorch's. <see cref="MomentumForm"/> has the others.
/// </summary>
/// <remarks>
/// S1's velocity is -η times this one: v ← μ v - η g is -η v ← -η' μ v - η g, where η' is the rate of the step
/// before. So it is this step with μ η'/η for μ, and S2's is the same with (1 - μ) η for η (X28).
/// </remarks>
public sealed class Momentum<T> : Optimizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MomentumForm form;
    private readonly T mu;
    private readonly Tensor<T>[] velocities;
    private readonly Tensor<T> lastRate = new(new Shape(1)); // η', 0 before the first step

    /// <summary>Creates the optimiser for parameters, with all velocities at zero.</summary>
    /// <param name="parameters">The parameters to change.</param>
    /// <param name="learningRate">η, above 0.</param>
    /// <param name="momentum">μ, from 0 (plain gradient descent) to below 1.</param>
    /// <param name="weightDecay">λ of the L2 penalty, 0 or more (X30).</param>
    /// <param name="form">The form of momentum.</param>
    public Momentum(
        IReadOnlyList<Parameter<T>> parameters, double learningRate, double momentum = 0.9, double weightDecay = 0, MomentumForm form = MomentumForm.Gradients)
        : base(parameters, learningRate, weightDecay)
    {
        mu = Share(momentum, nameof(momentum));
        this.form = form;
        velocities = Zeros();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, Tensor<T>>> State(IReadOnlyList<string> paths) =>
        [.. Named(paths, "velocity", velocities), .. form == MomentumForm.Gradients ? [] : new[] { KeyValuePair.Create("momentum.rate", lastRate) }];

    /// <inheritdoc/>
    public override void Step()
    {
        base.Step();
        lastRate[0] = Eta;
    }

    /// <inheritdoc/>
    protected override void Step(Parameter<T> theta, int p)
    {
        T rate = T.CreateChecked(RateOf(p)); // η'/η is the same for every parameter
        T kept = form == MomentumForm.Gradients ? mu : mu * (lastRate[0] / Eta), eta = form == MomentumForm.MeanSteps ? (T.One - mu) * rate : rate;
        theta.Backend.MomentumStep(theta.Value, theta.Gradient, velocities[p], kept, eta, DecayOf(theta)); // v = μ v + g, θ = θ - η v
    }

    private T Eta => T.CreateChecked(LearningRate);
}
