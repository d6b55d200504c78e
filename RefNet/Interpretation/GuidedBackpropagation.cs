using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// Guided backpropagation: backpropagation in which each ReLU passes only positive values, both in the forward and in the backward pass.
/// Springenberg et al. 2015, section 3.4; LECTURES V5.
/// </summary>
/// <remarks>
/// It draws sharp pictures of the contents of the image. They hardly change if the upper layers are given random weights, so they say little
/// about the class: Adebayo et al. 2018, "Sanity Checks for Saliency Maps". In a network without ReLUs it is the gradient.
/// </remarks>
public static class GuidedBackpropagation
{
    /// <summary>The result at x of carrying back a 1 from the score of a class.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="x">N images.</param>
    /// <param name="c">The class, from 0.</param>
    /// <returns>In the shape of x.</returns>
    public static Tensor<T> Of<T>(ClassScores<T> scores, Tensor<T> x, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T> => scores.Gradient(x, c, ReLURule.Guided);
}
