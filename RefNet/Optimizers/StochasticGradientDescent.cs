using System.Numerics;
using RefNet.Layers;

namespace RefNet.Optimizers;

/// <summary>
/// Stochastic gradient descent: θ ← θ - η g, with g the mean gradient of a batch. Robbins and Monro 1951; LECTURES T1.
/// </summary>
public sealed class StochasticGradientDescent<T>(IReadOnlyList<Parameter<T>> parameters, double learningRate)
    : Optimizer<T>(parameters, learningRate) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Step()
    {
        T minusEta = T.CreateChecked(-LearningRate);
        foreach (Parameter<T> parameter in Parameters)
        {
            // θ += -η g
            TensorPrimitives.MultiplyAdd(parameter.Gradient.Span, minusEta, parameter.Value.Span, parameter.Value.Span);
        }
    }
}
