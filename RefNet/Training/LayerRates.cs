using System.Globalization;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Optimizers;

namespace RefNet.Training;

/// <summary>Learning rates layer by layer: conv1=0.1,layer2=0.5 gives these layers a tenth and a half of the rate of the rest, as in fine-tuning. LECTURES T11.</summary>
internal static class LayerRates
{
    /// <summary>Sets the factors of the learning rate for the parameters of layers and blocks.</summary>
    /// <param name="network">The network.</param>
    /// <param name="optimizer">Its optimizer.</param>
    /// <param name="text">PATH=FACTOR, separated by commas; a layer's factor overrides that of its block.</param>
    /// <exception cref="InputException">There is no such layer, it has no parameters, or it is named twice.</exception>
    public static void Apply(Network<float> network, Optimizer<float> optimizer, string text)
    {
        (string Path, double Factor)[] factors = Parse(text);
        foreach ((string path, double factor) in factors.OrderBy(of => of.Path.Count(c => c == '.')))
        {
            Layer<float> layer = network[path];
            if (layer.Parameters.Count == 0)
                throw new InputException($"Learning rate of {path}: expected a layer or a block with parameters; found a {layer.TypeName}, which has none.");
            foreach (Parameter<float> parameter in layer.Parameters)
                optimizer.ScaleRate(parameter, factor);
        }
    }

    /// <summary>The paths and factors of a text.</summary>
    /// <exception cref="InputException">The text is not such a list, or a factor is not a number above 0.</exception>
    public static (string Path, double Factor)[] Parse(string text)
    {
        (string, double)[] factors = [.. text.Split(',', StringSplitOptions.TrimEntries).Select(One)];
        return factors.DistinctBy(of => of.Item1).Count() == factors.Length
            ? factors
            : throw new InputException($"Expected a learning rate for each layer once, PATH=FACTOR; found '{text}'.");
    }

    private static (string Path, double Factor) One(string text)
    {
        string[] parts = text.Split('=', StringSplitOptions.TrimEntries);
        if (parts is not [{ Length: > 0 } path, var number] || !double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double factor))
            throw new InputException($"Expected the learning rate of a layer as PATH=FACTOR, such as conv1=0.1; found '{text}'.");
        if (factor == 0)
            throw new InputException($"Learning rate of {path}: expected a factor above 0; found 0. To leave a layer as it is, freeze it: --freeze {path}.");
        return (float)factor is > 0 and < float.PositiveInfinity
            ? (path, factor)
            : throw new InputException($"Learning rate of {path}: expected a factor above 0; found '{number}'.");
    }
}
