using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Web.Served;

/// <summary>A layer that the page shows.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Layer">The layer.</param>
internal sealed record LayerPlace(string Path, Layer<float> Layer)
{
    /// <summary>The name of its type, which is also that of its file.</summary>
    public string Type => Layer.GetType().Name.Split('`')[0];

    /// <summary>The shape of its output for one sample.</summary>
    public Shape Shape => Layer.Output!.Shape.Sample;

    /// <summary>
    /// The layers of a network after a pass, in its order: those that compute, then the block that joins them. Heads used only in training are left out.
    /// </summary>
    public static IEnumerable<LayerPlace> Of(Network<float> network) => Inside(network, "");

    private static IEnumerable<LayerPlace> Inside(Layer<float> layer, string path)
    {
        foreach (Layer<float> inner in layer is SideHead<float> ? [] : layer.Layers)
        {
            foreach (LayerPlace place in Inside(inner, Paths.Join(path, inner.Name)))
                yield return place;
        }

        if (path.Length > 0 && layer.Output is not null && (layer.Layers.Count == 0 || layer is not Sequential<float>))
            yield return new LayerPlace(path, layer);
    }
}
