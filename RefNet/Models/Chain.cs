using System.Numerics;
using RefNet.Blocks;
using RefNet.Layers;

namespace RefNet.Models;

/// <summary>Layers one after the other, named as the published weights of a model name them: its weights then load by their paths.</summary>
internal static class Chain
{
    /// <summary>Layers that are called 0, 1, 2 ..., as torchvision calls them.</summary>
    /// <param name="name">The name of the chain.</param>
    /// <param name="layers">The layers; one with a name of its own keeps it.</param>
    public static Sequential<T> Numbered<T>(string name, params ReadOnlySpan<Layer<T>> layers) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int place = 0; place < layers.Length; place++)
            layers[place].NameForGood($"{place}");
        return new Sequential<T>(layers) { Name = name };
    }

    /// <summary>Layers whose paths are as if they stood in the block around.</summary>
    public static Sequential<T> Nameless<T>(params ReadOnlySpan<Layer<T>> layers) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(layers) { Name = "" };
}
