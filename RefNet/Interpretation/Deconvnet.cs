using System.Numerics;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>
/// The deconvolutional network: an activation is carried back through transposed filters, to the positions of the maxima in max pooling (the switches),
/// and through a ReLU at each ReLU. Zeiler and Fergus 2014, section 2.1; LECTURES V6.
/// </summary>
/// <remarks>
/// Backward of a convolution is the convolution with transposed filters, and Backward of max pooling puts each value where the maximum was: so
/// it differs from the gradient only at the ReLUs. Springenberg et al. 2015, section 3.4.
/// </remarks>
public static class Deconvnet
{
    /// <summary>The result at x of carrying back a 1 from the score of a class.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="x">N images.</param>
    /// <param name="c">The class, from 0.</param>
    /// <returns>In the shape of x.</returns>
    public static Tensor<T> Of<T>(ClassScores<T> scores, Tensor<T> x, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T> => scores.Gradient(x, c, ReLURule.Deconvnet);

    /// <summary>The result at x of carrying back one activation of an inner layer, with all others set to zero: the paper's pictures.</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">One image.</param>
    /// <param name="path">The path of a layer that gives maps.</param>
    /// <param name="at">The activation: its map, row and column.</param>
    /// <returns>In the shape of x.</returns>
    public static Tensor<T> Of<T>(Network<T> network, Tensor<T> x, string path, (int Map, int Row, int Column) at) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Layer<T> layer = MapLayers.Find(network, path);
        network.Forward(x, Mode.Evaluate);
        Tensor<T> dY = new(layer.Output!.Shape);
        dY[0, at.Map, at.Row, at.Column] = layer.Output[0, at.Map, at.Row, at.Column];
        using LookingPass<T> pass = new(network, ReLURule.Deconvnet);
        return network.BackwardFrom(layer, dY).Clone();
    }
}
