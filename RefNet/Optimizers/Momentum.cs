using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Optimizers;

/// <summary>
/// Gradient descent with momentum (heavy ball): v ← μ v + g, θ ← θ - η v. Polyak 1964; LECTURES T2, and S0's form of the
/// four in X28, which is PyTorch's too.
/// </summary>
/// <remarks>
/// At a constant learning rate S1's v ← μ v - η g, θ ← θ + v and S3's take the same path, and S2's, which has 1 - μ before
/// the gradient, with η / (1 - μ). When the rate drops they part: here the whole step shrinks at once, there the velocity
/// still holds steps of the old length (X28).
/// </remarks>
public sealed class Momentum<T> : Optimizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T mu;
    private readonly Tensor<T>[] velocities;

    /// <summary>Takes charge of parameters, with all velocities at zero.</summary>
    /// <param name="parameters">What to change.</param>
    /// <param name="learningRate">η, above 0.</param>
    /// <param name="momentum">μ, from 0 (plain gradient descent) to below 1.</param>
    /// <param name="weightDecay">λ of the L2 penalty, 0 or more (X30).</param>
    public Momentum(IReadOnlyList<Parameter<T>> parameters, double learningRate, double momentum = 0.9, double weightDecay = 0)
        : base(parameters, learningRate, weightDecay)
    {
        mu = Share(momentum, nameof(momentum));
        velocities = Zeros();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, Tensor<T>>> State(IReadOnlyList<string> paths) => [.. Named(paths, "velocity", velocities)];

    /// <inheritdoc/>
    protected override void Step(Parameter<T> theta, int p) => theta.Backend.MomentumStep(
        theta.Value, theta.Gradient, velocities[p], mu, T.CreateChecked(LearningRate), DecayOf(theta)); // v = μ v + g, θ = θ - η v
}
