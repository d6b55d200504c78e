using System.Numerics;

namespace RefNet.Layers;

/// <summary>
/// The paths of layers, parameters and buffers in a network: the names of the enclosing blocks and their own, joined
/// with dots, layer1.0.conv1.weight. Paths are computed by walking the network and stored nowhere. A block with an
/// empty name adds nothing to the paths of its layers, as if they were in the enclosing block.
/// </summary>
public static class Paths
{
    /// <summary>The path of a block joined with a name inside it.</summary>
    public static string Join(string path, string name) => path.Length == 0 ? name : name.Length == 0 ? path : $"{path}.{name}";

    /// <summary>This layer and all layers inside it, in the order of the network, with their paths.</summary>
    public static IEnumerable<(string Path, Layer<T> Layer)> Walk<T>(this Layer<T> layer, string path = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        layer.Layers.SelectMany(inner => inner.Walk(Join(path, inner.Name))).Prepend((path, layer));

    /// <summary>The layers whose paths are one name longer than that of this block: its own, and those in its blocks without a name.</summary>
    internal static IEnumerable<Layer<T>> NamedLayers<T>(this Layer<T> block) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        block.Layers.SelectMany(layer => layer.Name.Length == 0 ? layer.NamedLayers() : [layer]);

    /// <summary>All parameters of a layer and of those inside it, with their paths, in the order of <see cref="Layer{T}.Parameters"/>.</summary>
    public static IEnumerable<(string Path, Parameter<T> Parameter)> NamedParameters<T>(this Layer<T> layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        from place in layer.Walk()
        where place.Layer.Layers.Count == 0
        from parameter in place.Layer.Parameters
        select (Join(place.Path, parameter.Name), parameter);

    /// <summary>All buffers of a layer and of those inside it, with their paths, in the order of <see cref="Layer{T}.Buffers"/>.</summary>
    public static IEnumerable<(string Path, Buffer<T> Buffer)> NamedBuffers<T>(this Layer<T> layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        from place in layer.Walk()
        where place.Layer.Layers.Count == 0
        from buffer in place.Layer.Buffers
        select (Join(place.Path, buffer.Name), buffer);
}
