using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Lectures;

/// <summary>
/// The size and cost of a network, or of a part of one, for one image: sums over its layers. No weights are drawn and nothing
/// is computed. Side heads, which are removed after training, are left out.
/// </summary>
internal sealed class NetworkNumbers(Layer<float> part, Shape input)
{
    private readonly Place[] places = [.. Walk(part, input)];

    public NetworkNumbers(Network<float> network) : this(network, network.InputShape) { }

    public Shape Output => part.OutputShape(input);

    public long Parameters => places.Sum(place => place.Parameters);

    public long DenseParameters => Dense.Sum(place => place.Parameters);

    public long MultiplyAccumulates => places.Sum(place => place.MultiplyAccumulates);

    public long DenseMultiplyAccumulates => Dense.Sum(place => place.MultiplyAccumulates);

    // Outputs of convolutions and dense layers.
    public long Units => WithWeights.Sum(place => (long)place.Layer.OutputShape(place.Input).Count);

    // Convolutions and dense layers.
    public int LayersWithWeights => WithWeights.Count();

    private IEnumerable<Place> Dense => places.Where(place => place.Layer is Dense<float>);

    private IEnumerable<Place> WithWeights => places.Where(place => place.Layer is Dense<float> or Convolution2D<float>);

    /// <summary>The elements of all parameters of a layer or block, side heads included.</summary>
    public static long ParametersOf(Layer<float> layer) => layer.Parameters.Sum(parameter => (long)parameter.Count);

    /// <summary>The output shape of each layer of a network, by name; blocks as a whole.</summary>
    public static Dictionary<string, Shape> Outputs(Network<float> network)
    {
        Dictionary<string, Shape> outputs = [];
        Shape shape = network.InputShape;
        foreach (Layer<float> layer in network.Layers)
            outputs[layer.Name] = shape = layer.OutputShape(shape);
        return outputs;
    }

    // In a chain the input of each layer is the output of the one before it; all branches get the input of their block.
    private static IEnumerable<Place> Walk(Layer<float> layer, Shape input)
    {
        if (layer is SideHead<float>)
            yield break;
        if (layer.Layers.Count == 0)
            yield return new Place(layer, input);

        foreach (Layer<float> inner in layer.Layers)
        {
            foreach (Place place in Walk(inner, input))
                yield return place;
            if (layer is Sequential<float>)
                input = inner.OutputShape(input);
        }
    }

    // A layer that is not a block, and its input shape.
    private sealed record Place(Layer<float> Layer, Shape Input)
    {
        public long Parameters => ParametersOf(Layer);

        public long MultiplyAccumulates => Layer.Cost(Input).MultiplyAccumulates;
    }
}
