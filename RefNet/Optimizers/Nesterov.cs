using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Optimizers;

/// <summary>
/// Nesterov's momentum: v ← μ v + g, θ ← θ - η (g + μ v). Nesterov 1983, in the form of Sutskever et al. 2013, equations 3
/// and 4; LECTURES T2.
/// </summary>
/// <remarks>
/// The gradient is taken one step ahead, at x - η μ v, where x are the parameters of the paper. Here the parameters
/// are that point, θ = x - η μ v, so that Forward and Backward need not change: the path is that of the two
/// equations, one step ahead. PyTorch's <c>nesterov=True</c> is the same.
/// </remarks>
public sealed class Nesterov<T> : Optimizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T mu;
    private readonly Tensor<T>[] velocities;

    /// <summary>Creates the optimiser for parameters, with all velocities at zero.</summary>
    /// <param name="parameters">The parameters to change.</param>
    /// <param name="learningRate">η, above 0.</param>
    /// <param name="momentum">μ, from 0 (plain gradient descent) to below 1.</param>
    /// <param name="weightDecay">λ of the L2 penalty, 0 or more (X30).</param>
    public Nesterov(IReadOnlyList<Parameter<T>> parameters, double learningRate, double momentum = 0.9, double weightDecay = 0)
        : base(parameters, learningRate, weightDecay)
    {
        mu = Share(momentum, nameof(momentum));
        velocities = Zeros();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, Tensor<T>>> State(IReadOnlyList<string> paths) => [.. Named(paths, "velocity", velocities)];

    /// <inheritdoc/>
    protected override void Step(Parameter<T> theta, int p) =>
        theta.Backend.NesterovStep(theta.Value, theta.Gradient, velocities[p], mu, T.CreateChecked(RateOf(p)), DecayOf(theta)); // v = μ v + g, θ = θ - η (g + μ v)
}
