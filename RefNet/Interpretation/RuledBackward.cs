using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>One way back through a network in which its ReLUs follow another rule than the gradient. LECTURES V5, V6.</summary>
public static class RuledBackward
{
    /// <summary>
    /// Carries dY back to x for the last Forward. Each ReLU inside, in blocks too, follows the rule, in this pass alone: not after it, whatever
    /// happens. Parameter gradients are not computed, since those of another rule than the gradient would be wrong.
    /// </summary>
    /// <param name="layer">A layer or a network.</param>
    /// <param name="dY">What is carried back, in the shape of the last output.</param>
    /// <param name="rule">The rule.</param>
    /// <returns>What arrives at x; it holds until the next pass.</returns>
    public static Tensor<T> Backward<T>(this Layer<T> layer, Tensor<T> dY, ReLURule rule) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using LookingPass<T> pass = new(layer, rule);
        return layer.Backward(dY);
    }
}
