using System.Numerics;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>The chain rule from inside a network: dX = J_1ᵀ ... J_lᵀ dY for the output y of layer l.</summary>
public static class InnerBackward
{
    /// <summary>Carries dY, in the shape of the last output of an inner layer, back to the input of the chain.</summary>
    /// <exception cref="InputException">The layer is in a branch, so that there are several paths back to x.</exception>
    public static Tensor<T> BackwardFrom<T>(this Sequential<T> chain, Layer<T> layer, Tensor<T> dY) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int place = 0;
        while (chain.Layers[place].Walk().All(inside => inside.Layer != layer))
            place++;
        dY = chain.Layers[place] == layer ? layer.Backward(dY)
            : chain.Layers[place] is Sequential<T> inner ? inner.BackwardFrom(layer, dY)
            : throw new InputException($"Expected a layer outside branches; found {layer.Name}, which is in a branch of {chain.Layers[place].Name}. Choose that block, or a layer before or after it.");
        while (--place >= 0)
            dY = chain.Layers[place].Backward(dY);
        return dY;
    }

    /// <summary>The layers outside branches, in the order of the network, with their paths; a block with branches counts as one layer.</summary>
    public static IEnumerable<(string Path, Layer<T> Layer)> Trunk<T>(this Sequential<T> chain, string path = "") where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        chain.Layers.SelectMany(layer => layer is Sequential<T> inner
            ? inner.Trunk(Paths.Join(path, inner.Name))
            : [(Paths.Join(path, layer.Name), layer)]);
}
