using RefNet.Data;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>The output of a layer as features for a classifier: maps are averaged over equal areas where they are too large.</summary>
/// <param name="Path">The path of the layer; empty for the input of the network.</param>
/// <param name="Output">The shape of its output.</param>
/// <param name="Factor">The height and the width of the areas; 1 leaves the output as it is.</param>
/// <param name="Count">The number of features.</param>
public sealed record LayerFeatures(string Path, Shape Output, int Factor, int Count)
{
    /// <summary>The largest number of features of a layer.</summary>
    public const int Most = 4000;

    /// <summary>How many numbers are kept at once: 100 MB.</summary>
    public const long MostNumbers = 25_000_000;

    private const int BatchSize = 64;

    /// <summary>The features of a layer, reduced so that there are at most <see cref="Most"/>.</summary>
    /// <param name="best">The network.</param>
    /// <param name="path">The path of any layer; empty for the input.</param>
    /// <exception cref="InputException">There is no such layer, or its output is too large and does not consist of maps.</exception>
    public static LayerFeatures Of(BestNetwork best, string path)
    {
        if (path.Length == 0)
            return Of(path, best.Network.InputShape);
        Layer<float> layer = best.Network[path];
        best.Network.Forward(new Tensor<float>(best.Network.InputShape.Batch(1)), Mode.Evaluate);
        return Of(path, layer.Output!.Shape.Sample);
    }

    /// <summary>Divides layers into groups, in their order, whose features together are at most <see cref="MostNumbers"/>, unless a layer alone has more.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="images">The number of images whose features are kept.</param>
    public static IEnumerable<LayerFeatures[]> Groups(IReadOnlyList<LayerFeatures> layers, int images)
    {
        List<LayerFeatures> group = [];
        foreach (LayerFeatures layer in layers)
        {
            if (group.Count > 0 && (group.Sum(other => (long)other.Count) + layer.Count) * images > MostNumbers)
            {
                yield return [.. group];
                group.Clear();
            }

            group.Add(layer);
        }

        if (group.Count > 0)
            yield return [.. group];
    }

    /// <summary>Reads the features of images in one pass of the network.</summary>
    /// <returns>For each layer, images x features.</returns>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    public static Tensor<float>[] Read(BestNetwork best, LayerFeatures[] layers, ImageSet images, CancellationToken cancellation)
    {
        Tensor<float>[] tables = [.. layers.Select(layer => new Tensor<float>(new Shape(layer.Count).Batch(images.Count)))];
        int done = 0;
        foreach (Batch<float> batch in new Batches<float>(images, best.Scaling, BatchSize, augmentation: null, best.Preparation).InOrder())
        {
            cancellation.ThrowIfCancellationRequested();
            if (layers.Any(layer => layer.Path.Length > 0))
                best.Network.Forward(batch.Images, Mode.Evaluate);
            for (int i = 0; i < layers.Length; i++)
            {
                Tensor<float> features = layers[i].Reduce(layers[i].Path.Length == 0 ? batch.Images : best.Network[layers[i].Path].Output!);
                for (int n = 0; n < batch.Count; n++)
                    features.Sample(n).CopyTo(tables[i].SampleSpan(done + n));
            }

            done += batch.Count;
        }

        return tables;
    }

    /// <summary>The features of an output.</summary>
    internal static LayerFeatures Of(string path, Shape output)
    {
        if (output.Count <= Most)
            return new LayerFeatures(path, output, Factor: 1, output.Count);
        if (output.Rank != 3 || output[0] > Most)
            throw new InputException($"{path}: expected a layer that gives at most {Most} numbers, or maps that can be averaged to so many; found {output}. Choose another layer.");
        int factor = 2;
        while (Averaged(output, factor).Count > Most)
            factor++;
        return new LayerFeatures(path, output, factor, Averaged(output, factor).Count);
    }

    private static Shape Averaged(Shape maps, int factor) => new(maps[0], Math.Max(1, maps[1] / factor), Math.Max(1, maps[2] / factor));

    private Tensor<float> Reduce(Tensor<float> output)
    {
        if (Factor == 1)
            return output;
        Shape averaged = Averaged(Output, Factor);
        return new AdaptiveAveragePooling2D<float>(averaged[1], averaged[2]).Forward(output, Mode.Evaluate);
    }
}
