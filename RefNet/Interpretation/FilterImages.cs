using System.Numerics;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// The filters of the first convolution as images: they are weights of pixels, so they can be viewed directly. Trained on photographs they become
/// oriented edges and blobs of colour. Krizhevsky et al. 2012, figure 3; LECTURES V1.
/// </summary>
public static class FilterImages
{
    /// <summary>The weights W_f(c, i, j) of the first convolution, oriented as a cross-correlation applies them to the image.</summary>
    /// <returns>F x C x K x K.</returns>
    /// <exception cref="InputException">The network does not begin with a convolution.</exception>
    public static Tensor<T> Of<T>(Network<T> network) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Layer<T>? first = network.Walk().Select(place => place.Layer).FirstOrDefault(layer => layer is Convolution2D<T> or ConnectionTableConvolution2D<T> or Dense<T>);
        if (first is not Convolution2D<T> convolution)
            throw new InputException($"Expected a network whose first layer with weights is a convolution; found {first?.Name ?? "no weights"}.");
        Parameter<T> weight = convolution.Parameters[0];
        Tensor<T> filters = weight.Value.Clone();
        if (weight.IsFlippedKernel)
        {
            int taps = filters.Shape[2] * filters.Shape[3];
            for (int kernel = 0; kernel < filters.Count; kernel += taps)
                filters.Span.Slice(kernel, taps).Reverse();
        }

        return filters;
    }
}
