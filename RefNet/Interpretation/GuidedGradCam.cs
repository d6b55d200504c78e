using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// Guided Grad-CAM: guided backpropagation, which is sharp, times Grad-CAM, which depends on the class, enlarged to the size of the image.
/// Selvaraju et al. 2017, section 3.2; LECTURES V4, V5.
/// </summary>
public static class GuidedGradCam
{
    /// <summary>Computes the products.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="x">One image.</param>
    /// <param name="c">The class, from 0.</param>
    /// <param name="path">The path of the layer with the maps for Grad-CAM; the last such layer if null.</param>
    /// <returns>In the shape of x.</returns>
    public static Tensor<T> Of<T>(ClassScores<T> scores, Tensor<T> x, int c, string? path = null) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> guided = GuidedBackpropagation.Of(scores, x, c);
        Tensor<T> map = Enlarging.Bilinear(GradCam<T>.Of(scores, x, c, path).Map, x.Shape[2], x.Shape[3]);
        for (int channel = 0; channel < x.Shape[1]; channel++)
        {
            Span<T> plane = guided.PlaneSpan(0, channel);
            for (int i = 0; i < plane.Length; i++)
                plane[i] *= map.Values[i];
        }

        return guided;
    }
}
