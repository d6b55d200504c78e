using System.Numerics;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>The chain rule from the middle of a network: dX = J_1ᵀ ... J_lᵀ dY for the output y of layer l.</summary>
public static class InnerBackward
{
    /// <summary>Carries dY, in the shape of the last output of a layer inside, back to the input of the chain.</summary>
    /// <exception cref="InputException">The layer stands in a branch, so that the way back to x has several arms.</exception>
    public static Tensor<T> BackwardFrom<T>(this Sequential<T> chain, Layer<T> layer, Tensor<T> dY) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int place = 0;
        while (chain.Layers[place].Walk().All(inside => inside.Layer != layer))
            place++;
        dY = chain.Layers[place] == layer ? layer.Backward(dY)
            : chain.Layers[place] is Sequential<T> inner ? inner.BackwardFrom(layer, dY)
            : throw new InputException($"Expected a layer on the way that all of x takes; found {layer.Name}, which stands in a branch of {chain.Layers[place].Name}. Take that block, or a layer before or behind it.");
        while (--place >= 0)
            dY = chain.Layers[place].Backward(dY);
        return dY;
    }

    /// <summary>The layers that all of x passes one after the other, in the order of the network, with their paths; blocks with branches count as one.</summary>
    public static IEnumerable<(string Path, Layer<T> Layer)> Trunk<T>(this Sequential<T> chain, string path = "") where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        chain.Layers.SelectMany(layer => layer is Sequential<T> inner
            ? inner.Trunk(Paths.Join(path, inner.Name))
            : [(Paths.Join(path, layer.Name), layer)]);
}
