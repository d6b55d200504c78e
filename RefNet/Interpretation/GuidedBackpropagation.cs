using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// Guided backpropagation: the way back of the gradient, but each ReLU lets through only what is positive, both on the way forward and on the way
/// back. Springenberg et al. 2015, section 3.4; LECTURES V5.
/// </summary>
/// <remarks>
/// It draws sharp pictures of what is in the image. They hardly change where the upper layers are given random weights, so they say little
/// about the class: Adebayo et al. 2018, "Sanity Checks for Saliency Maps". In a network without ReLUs it is the gradient.
/// </remarks>
public static class GuidedBackpropagation
{
    /// <summary>What arrives at x from a 1 at the score of a class.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="x">N images.</param>
    /// <param name="c">The class, from 0.</param>
    /// <returns>In the shape of x.</returns>
    public static Tensor<T> Of<T>(ClassScores<T> scores, Tensor<T> x, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T> => scores.Gradient(x, c, ReLURule.Guided);
}
