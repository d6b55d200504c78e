using System.Numerics;
using RefNet.Blocks;
using RefNet.Layers;

namespace RefNet.Models;

/// <summary>Chains whose layers are called 0, 1, 2 ..., as torchvision calls them: its weights then load by their paths.</summary>
internal static class Numbered
{
    /// <summary>Layers one after the other, called by their places from 0.</summary>
    /// <param name="name">The name of the chain.</param>
    /// <param name="layers">The layers; one with a name of its own keeps it.</param>
    public static Sequential<T> Chain<T>(string name, params ReadOnlySpan<Layer<T>> layers) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int place = 0; place < layers.Length; place++)
            layers[place].NameForGood($"{place}");
        return new Sequential<T>(layers) { Name = name };
    }
}
