using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// Gradient times input: x_i dS_c/dx_i, the contribution of each pixel to the score as far as the network is linear. In a network of ReLUs without
/// biases the contributions sum to S_c. Shrikumar et al. 2017, section 3.1; LECTURES V8.
/// </summary>
public static class GradientTimesInput
{
    /// <summary>Computes the products.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="x">N images.</param>
    /// <param name="c">The class, from 0.</param>
    /// <returns>In the shape of x.</returns>
    public static Tensor<T> Of<T>(ClassScores<T> scores, Tensor<T> x, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> product = scores.Gradient(x, c);
        for (int i = 0; i < x.Count; i++)
            product.Span[i] *= x.Values[i];
        return product;
    }
}
