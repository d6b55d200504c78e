using System.Numerics;
using RefNet.Blocks;
using RefNet.Data.Preparation;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>The layers of a network with maps, samples of shape C x H x W, which can be shown as pictures; without the preparation of the input.</summary>
public static class MapLayers
{
    private const int MostListed = 30;

    /// <summary>Their paths, in the order of the network; a block follows the layers inside it.</summary>
    public static IReadOnlyList<string> Of<T>(Network<T> network) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Shapes(network, network.InputShape, "").Where(place => place.Path.Length > 0 && place.Output.Rank == 3).Select(place => place.Path).Distinct()];

    /// <summary>The layer at a path.</summary>
    /// <exception cref="InputException">There is no such layer, or it has no maps; the message lists those that have.</exception>
    public static Layer<T> Find<T>(Network<T> network, string path) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        IReadOnlyList<string> paths = Of(network);
        if (paths.Contains(path))
            return network[path];
        string meant = network.Walk().Any(place => place.Path == path) ? " That layer has none." : Suggestion.Nearest(path, paths) is { } nearest ? $" Did you mean {nearest}?" : "";
        throw new InputException($"Expected the path of a layer with maps: {string.Join(", ", paths.Take(MostListed))}{(paths.Count > MostListed ? $" and {paths.Count - MostListed} more" : "")}; found '{path}'.{meant}");
    }

    /// <summary>The last layer whose maps have more than one position: the most abstract features that are still localised.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static string Last<T>(Network<T> network) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Shapes(network, network.InputShape, "").Where(place => place.Path.Length > 0 && place.Output.Rank == 3 && place.Output[1] * place.Output[2] > 1).Select(place => place.Path).LastOrDefault()
        ?? throw new InputException("Expected a network with layers that have maps; found none.");

    // A preparation keeps the shape. In a chain the input of each layer is the output of the one before it; in other blocks it is the input of the block.
    private static IEnumerable<(string Path, Shape Output)> Shapes<T>(Layer<T> layer, Shape input, string path) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape shape = input;
        foreach (Layer<T> inner in layer is SideHead<T> ? [] : layer.Layers.Where(inner => inner is not PreparedInput<T>))
        {
            foreach ((string, Shape) place in Shapes(inner, shape, Paths.Join(path, inner.Name)))
                yield return place;
            if (layer is Sequential<T> or MaxUnpooling2D<T>)
                shape = inner.OutputShape(shape);
        }

        yield return (path, layer.OutputShape(input));
    }
}
