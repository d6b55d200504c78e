using System.Numerics;
using RefNet.Blocks;
using RefNet.Layers;

namespace RefNet.Models;

/// <summary>Layers in sequence, named as in the published weights of a model, which then load by their paths.</summary>
internal static class Chain
{
    /// <summary>Layers named 0, 1, 2 ..., as in torchvision.</summary>
    /// <param name="name">The name of the chain.</param>
    /// <param name="layers">The layers; one with a name of its own keeps it.</param>
    public static Sequential<T> Numbered<T>(string name, params ReadOnlySpan<Layer<T>> layers) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int place = 0; place < layers.Length; place++)
            layers[place].NameForGood($"{place}");
        return new Sequential<T>(layers) { Name = name };
    }

    /// <summary>Layers with paths as if they were in the enclosing block.</summary>
    public static Sequential<T> Nameless<T>(params ReadOnlySpan<Layer<T>> layers) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(layers) { Name = "" };
}
