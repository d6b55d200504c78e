using System.Numerics;
using RefNet.Layers;

namespace RefNet.Regularizers;

/// <summary>
/// A penalty on large weights, added to the loss: a sum over every weight of a network. Biases, γ and β are left out.
/// </summary>
/// <remarks>
/// A training step adds <see cref="Forward(IReadOnlyList{Parameter{T}})"/> to the loss, and calls
/// <see cref="Backward(IReadOnlyList{Parameter{T}})"/> between the Backward of the network and the step of the optimiser. The
/// weight decay of <c>RefNet.Optimizers</c> is <see cref="L2Regularizer{T}"/> inside the optimiser: for the same λ
/// every step is the same, but the reported loss lacks the penalty. Use one of the two.
/// </remarks>
public abstract class Regularizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The penalty: one number, 0 or more.</summary>
    /// <param name="parameters">The parameters of the network; those that are not weights are skipped.</param>
    public T Forward(IReadOnlyList<Parameter<T>> parameters)
    {
        T penalty = T.Zero;
        for (int i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].IsWeight)
                penalty += Forward(parameters[i].Value.Values);
        }

        return penalty;
    }

    /// <summary>ADDS the gradient of the penalty to the gradient of each weight that is not frozen.</summary>
    /// <param name="parameters">The parameters of the network; those that are not weights are skipped.</param>
    public void Backward(IReadOnlyList<Parameter<T>> parameters)
    {
        for (int i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].IsWeight && !parameters[i].IsFrozen)
                Backward(parameters[i].Value.Values, parameters[i].Gradient.Span);
        }
    }

    /// <summary>The penalty of some weights.</summary>
    protected abstract T Forward(ReadOnlySpan<T> w);

    /// <summary>ADDS the gradient of the penalty of some weights to dW.</summary>
    protected abstract void Backward(ReadOnlySpan<T> w, Span<T> dW);

    /// <summary>Checks the factor of a penalty.</summary>
    private protected static T Factor(double lambda, string name) => lambda >= 0 && double.IsFinite(lambda)
        ? T.CreateChecked(lambda)
        : throw new ArgumentOutOfRangeException(name, lambda, "The factor of a penalty must be a finite number, 0 or more.");
}
