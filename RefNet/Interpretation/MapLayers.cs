using System.Numerics;
using RefNet.Blocks;
using RefNet.Data.Preparation;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Interpretation;

/// <summary>The layers of a network that give maps, samples of shape C x H x W: what can be seen as pictures. A preparation of the input is none of them.</summary>
public static class MapLayers
{
    private const int MostListed = 30;

    /// <summary>Their paths, in the order of the network; blocks stand behind what they hold.</summary>
    public static IReadOnlyList<string> Of<T>(Network<T> network) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Shapes(network, network.InputShape, "").Where(place => place.Path.Length > 0 && place.Output.Rank == 3).Select(place => place.Path).Distinct()];

    /// <summary>The layer at a path.</summary>
    /// <exception cref="InputException">There is none, or it gives no maps; the message lists those that do.</exception>
    public static Layer<T> Find<T>(Network<T> network, string path) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        IReadOnlyList<string> paths = Of(network);
        if (paths.Contains(path))
            return network[path];
        string meant = network.Walk().Any(place => place.Path == path) ? " It gives none." : Suggestion.Nearest(path, paths) is { } nearest ? $" Did you mean {nearest}?" : "";
        throw new InputException($"Expected the path of a layer that gives maps: {string.Join(", ", paths.Take(MostListed))}{(paths.Count > MostListed ? $" and {paths.Count - MostListed} more" : "")}; found '{path}'.{meant}");
    }

    /// <summary>The last layer whose maps have more than one position: there are the most abstract features that still have a place.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static string Last<T>(Network<T> network) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Shapes(network, network.InputShape, "").Where(place => place.Path.Length > 0 && place.Output.Rank == 3 && place.Output[1] * place.Output[2] > 1).Select(place => place.Path).LastOrDefault()
        ?? throw new InputException("Expected a network with layers that give maps; found none.");

    // A preparation leaves the shape as it is. The layers on the trunk of a chain take what the one before gives; those in other blocks take the input of the block.
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
