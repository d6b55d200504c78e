using System.Numerics;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>The maps of a layer for one image: where each filter responds. Yosinski et al. 2015, section 2; LECTURES V2.</summary>
public static class ActivationMaps
{
    /// <summary>Computes the maps of one image.</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">One image.</param>
    /// <param name="path">The path of a layer that gives maps.</param>
    /// <returns>K x U x V, owned by the caller.</returns>
    /// <exception cref="InputException">There is no such layer; the message lists those that give maps.</exception>
    public static Tensor<T> Of<T>(Network<T> network, Tensor<T> x, string path) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Layer<T> layer = MapLayers.Find(network, path);
        network.Forward(x, Mode.Evaluate);
        return new Tensor<T>(layer.Output!.Shape.Sample, layer.Output.Sample(0));
    }
}
