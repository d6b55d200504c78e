using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// Grad-CAM: L(i,j) = max(0, sum_k α_k A_k(i,j)) with α_k = (1/Z) sum_ij dS_c/dA_k(i,j), where the A_k are the maps of a layer and Z is the number of
/// their positions. Selvaraju et al. 2017, equations 1 and 2; LECTURES V4.
/// </summary>
/// <param name="Alpha">α, K numbers: the rise of the score with each map.</param>
/// <param name="Sum">sum_k α_k A_k before the ReLU, U x V.</param>
public sealed record GradCam<T>(Tensor<T> Alpha, Tensor<T> Sum) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes the map of one image.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="x">One image.</param>
    /// <param name="c">The class, from 0.</param>
    /// <param name="path">The path of the layer with the maps; the last such layer if null.</param>
    /// <exception cref="InputException">There is no such layer; the message lists those that give maps.</exception>
    public static GradCam<T> Of(ClassScores<T> scores, Tensor<T> x, int c, string? path = null)
    {
        Layer<T> layer = MapLayers.Find(scores.Network, path ?? MapLayers.Last(scores.Network));
        scores.Gradient(x, c);
        if (layer.OutputGradient is not { } dA)
            throw new InputException($"Expected a layer before the class scores; found {layer.Name}, which comes after them.");
        Tensor<T> a = layer.Output!;
        Tensor<T> alpha = new(new Shape(a.Shape[1])), sum = new(new Shape(a.Shape[2], a.Shape[3]));
        Span<T> sums = sum.Span;
        for (int k = 0; k < alpha.Count; k++)
        {
            foreach (T slope in dA.Plane(0, k))
                alpha[k] += slope / T.CreateChecked(sum.Count); // α_k = (1/Z) sum_ij dS_c/dA_k(i,j)
            ReadOnlySpan<T> map = a.Plane(0, k);
            for (int i = 0; i < map.Length; i++)
                sums[i] += alpha[k] * map[i];
        }

        return new GradCam<T>(alpha, sum);
    }

    /// <summary>L, U x V: 0 or more.</summary>
    public Tensor<T> Map
    {
        get
        {
            Tensor<T> map = Sum.Clone();
            foreach (ref T value in map.Span)
                value = T.Max(value, T.Zero);
            return map;
        }
    }

    /// <summary>Whether no position supports the class: L is zero everywhere, and there is nothing to draw.</summary>
    public bool IsAllNegative => !Sum.Values.ToArray().Any(value => value > T.Zero);
}
