using System.Numerics;
using RefNet.Layers;

namespace RefNet.Optimizers;

/// <summary>
/// Stochastic gradient descent: θ ← θ - η g, with g the mean gradient of a batch. Robbins and Monro 1951; LECTURES T1.
/// </summary>
/// <param name="parameters">The parameters to change.</param>
/// <param name="learningRate">η, above 0.</param>
/// <param name="weightDecay">λ of the L2 penalty, 0 or more (X30).</param>
public class StochasticGradientDescent<T>(IReadOnlyList<Parameter<T>> parameters, double learningRate, double weightDecay = 0)
    : Optimizer<T>(parameters, learningRate, weightDecay) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected sealed override void Step(Parameter<T> theta, int p) =>
        theta.Backend.DescentStep(theta.Value, theta.Gradient, T.CreateChecked(RateOf(p)), DecayOf(theta)); // θ = θ - η g
}
