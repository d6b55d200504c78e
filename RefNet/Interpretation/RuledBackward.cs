using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>A backward pass through a network in which ReLUs follow a rule other than the gradient. LECTURES V5, V6.</summary>
public static class RuledBackward
{
    /// <summary>
    /// Carries dY back to x for the last Forward. Each ReLU, also those inside blocks, follows the rule during this pass only, even if an
    /// exception ends it. Parameter gradients are not computed, since a rule other than the gradient would make them wrong.
    /// </summary>
    /// <param name="layer">A layer or a network.</param>
    /// <param name="dY">The gradient to carry back, in the shape of the last output.</param>
    /// <param name="rule">The rule.</param>
    /// <returns>The result at x, valid until the next pass.</returns>
    public static Tensor<T> Backward<T>(this Layer<T> layer, Tensor<T> dY, ReLURule rule) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using LookingPass<T> pass = new(layer, rule);
        return layer.Backward(dY);
    }
}
