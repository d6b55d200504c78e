using System.Numerics;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// Class activation map, for networks that end in global average pooling and one dense layer: M(i,j) = sum_k w_ck A_k(i,j), so the score is its mean
/// plus a bias. In networks that end in the pooling itself, M is the map of the class. Zhou et al. 2016, equation 2; LECTURES V4.
/// </summary>
/// <remarks>Grad-CAM of the same maps is M/Z before its ReLU: the gradient of the score at A_k is w_ck / Z everywhere.</remarks>
public static class ClassActivationMap
{
    /// <summary>Computes the map of one image.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="x">One image.</param>
    /// <param name="c">The class, from 0.</param>
    /// <returns>U x V.</returns>
    /// <exception cref="InputException">The network does not end like this.</exception>
    public static Tensor<T> Of<T>(ClassScores<T> scores, Tensor<T> x, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Layers that do nothing in Evaluate, or only change the shape, may be in between.
        Layer<T>[] tail = [.. scores.Network.Trunk().Select(place => place.Layer).Where(layer => layer is not (Flatten<T> or Dropout<T> or Softmax<T>)).TakeLast(2)];
        Dense<T>? head = tail[^1] as Dense<T>;
        if ((head is null ? tail[^1] : tail[0]) is not GlobalAveragePooling2D<T> pooling)
            throw new InputException("Expected a network that ends in global average pooling, alone or followed by one dense layer; this one does not. Use Grad-CAM.");

        scores.Of(x);
        Tensor<T> a = pooling.Input!;
        Tensor<T> map = new(new Shape(a.Shape[2], a.Shape[3]));
        for (int k = 0; k < a.Shape[1]; k++)
        {
            T w = head is not null ? head.Parameters[0].Value[c, k] : k == c ? T.One : T.Zero;
            ReadOnlySpan<T> plane = a.Plane(0, k);
            for (int i = 0; i < plane.Length; i++)
                map.Span[i] += w * plane[i];
        }

        return map;
    }
}
