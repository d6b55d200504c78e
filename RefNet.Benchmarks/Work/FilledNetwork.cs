using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Benchmarks.Work;

/// <summary>A network of the catalogue with the same weights as its twins in other libraries; γ is 1, β and biases are 0.</summary>
internal static class FilledNetwork
{
    public static Network<float> Create(string name)
    {
        Network<float> network = Architectures.Find(name).Create<float>(seed: 1);
        // The twins have no side heads, which are used only in training.
        string[] sideHeads = [.. network.Walk().Where(place => place.Layer is SideHead<float>).Select(place => place.Path + ".")];
        int place = 0;
        foreach ((string path, Parameter<float> parameter) in network.NamedParameters())
        {
            if (sideHeads.Any(head => path.StartsWith(head, StringComparison.Ordinal)))
                continue;
            Shape shape = parameter.Shape;
            if (shape.Rank > 1)
                Numbers.FillWeights(parameter.Value.Span, place, shape[0]);
            place++;
        }

        return network;
    }
}
