using System.Numerics;
using RefNet.Layers;

namespace RefNet.Optimizers;

/// <summary>
/// The perceptron's plain rule: θ ← θ - g, one sample at a time, which is stochastic gradient descent with η = 1. With
/// <c>PerceptronCriterion</c> g is 0 where the sample is classified correctly, and otherwise ∓x for the two classes
/// involved. Rosenblatt 1958; LECTURES L1.
/// </summary>
/// <remarks>
/// The rule has no rate. A rate may be given, but in a network that starts from zero it scales all weights equally
/// and changes no prediction.
/// </remarks>
/// <param name="parameters">The parameters to change.</param>
/// <param name="learningRate">A factor of g, above 0.</param>
public sealed class PerceptronRule<T>(IReadOnlyList<Parameter<T>> parameters, double learningRate = 1)
    : StochasticGradientDescent<T>(parameters, learningRate) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
