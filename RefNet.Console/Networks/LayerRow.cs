using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Console;

/// <summary>A row in the table of the layers of a network.</summary>
/// <param name="Path">The path of the layer.</param>
/// <param name="Output">The output shape for one sample; empty for the total.</param>
/// <param name="Parameters">The number of its parameters.</param>
/// <param name="Cost">The cost for one sample.</param>
internal sealed record LayerRow(string Path, int[] Output, long Parameters, Cost Cost)
{
    /// <summary>The rows of a network.</summary>
    public static IEnumerable<LayerRow> Of(Network<float> network) => Rows(network, "", network.InputShape);

    /// <summary>The sums of some rows.</summary>
    public static LayerRow Total(IReadOnlyCollection<LayerRow> rows) =>
        new("total", [], rows.Sum(row => row.Parameters), rows.Aggregate(default(Cost), (sum, row) => sum + row.Cost));

    // The layers inside a block precede it; their parameters and costs are not counted again for the block.
    private static IEnumerable<LayerRow> Rows(Layer<float> layer, string path, Shape input)
    {
        Shape shape = input;
        foreach (Layer<float> inner in layer.Layers)
        {
            foreach (LayerRow row in Rows(inner, Paths.Join(path, inner.Name), shape))
                yield return row;
            if (layer is Sequential<float>)
                shape = inner.OutputShape(shape); // in the other blocks each layer takes the input of the block
        }

        if (layer.Layers.Count == 0)
            yield return new LayerRow(path, layer.OutputShape(input).ToArray(), layer.Parameters.Sum(parameter => (long)parameter.Count), layer.Cost(input));
        else if (layer is not Sequential<float>)
            yield return new LayerRow(path, layer.OutputShape(input).ToArray(), 0, default);
    }
}
