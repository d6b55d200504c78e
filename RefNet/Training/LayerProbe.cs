using RefNet.Blocks;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Optimizers.Schedules;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>How well the output of a layer separates the classes: the errors of a softmax classifier on it.</summary>
/// <param name="Path">The path of the layer; empty for the input.</param>
/// <param name="Output">The shape of its output.</param>
/// <param name="Features">The number of features that the classifier sees, after pooling.</param>
/// <param name="TrainingError">The error rate on the images that the classifier learnt from.</param>
/// <param name="Error">The error rate on the other images.</param>
public sealed record LayerProbe(string Path, Shape Output, int Features, double TrainingError, double Error)
{
    private const int Epochs = 20;
    private const int LeastSteps = 2000; // few images need more epochs
    private const int BatchSize = 64;
    private const double LearningRate = 0.005;
    private const double WeightDecay = 1e-4;

    /// <summary>
    /// Trains a softmax classifier on the frozen outputs of each of some layers: Adam with a cosine schedule, 20 epochs and 2,000 steps or more, on
    /// features with mean 0 and deviation 1. The network does not change. Alain and Bengio 2016, section 3; Donahue et al. 2014; LECTURES T11, C13.
    /// </summary>
    /// <remarks>A pass of the network gives the features of as many layers as <see cref="LayerFeatures.MostNumbers"/> allows.</remarks>
    /// <param name="best">The network.</param>
    /// <param name="layers">Layers of the network.</param>
    /// <param name="training">The images to learn from.</param>
    /// <param name="validation">The images to test on; not those for the final test.</param>
    /// <param name="seed">For the initial weights of the classifiers and the order of their images.</param>
    /// <param name="cancellation">A request to stop.</param>
    /// <returns>A probe for each layer, in the same order.</returns>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    public static IReadOnlyList<LayerProbe> Run(
        BestNetwork best, IReadOnlyList<LayerFeatures> layers, ImageSet training, ImageSet validation, int seed, CancellationToken cancellation = default)
    {
        List<LayerProbe> probes = [];
        foreach (LayerFeatures[] group in LayerFeatures.Groups(layers, training.Count + validation.Count))
        {
            Tensor<float>[] learnt = LayerFeatures.Read(best, group, training, cancellation), held = LayerFeatures.Read(best, group, validation, cancellation);
            for (int i = 0; i < group.Length; i++)
                probes.Add(Train(group[i], learnt[i], held[i], training, validation, seed, cancellation));
        }

        return probes;
    }

    private static LayerProbe Train(
        LayerFeatures layer, Tensor<float> learnt, Tensor<float> held, ImageSet training, ImageSet validation, int seed, CancellationToken cancellation)
    {
        Standardize(learnt, held);
        int classes = training.ClassNames.Count, features = learnt.Shape[1];
        Network<float> classifier = new(new Shape(features), seed, new Dense<float>(features, classes) { Name = "classifier" });
        SoftmaxCrossEntropy<float> loss = new();
        Objective<float> objective = new(classifier, () => loss);
        Adam<float> optimizer = new(classifier.Parameters, LearningRate, weightDecay: WeightDecay);
        int[] labels = [.. Enumerable.Range(0, training.Count).Select(n => (int)training.Labels[n])];
        int perEpoch = (training.Count + BatchSize - 1) / BatchSize, epochs = Math.Max(Epochs, (LeastSteps + perEpoch - 1) / perEpoch), step = 0;
        CosineDecay schedule = new(LearningRate, epochs);
        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            foreach (int[] chosen in Shuffling.Permutation(training.Count, seed, Shuffling.EpochStream, epoch).Chunk(BatchSize))
            {
                cancellation.ThrowIfCancellationRequested();
                Tensor<float> x = new(new Shape(features).Batch(chosen.Length));
                for (int n = 0; n < chosen.Length; n++)
                    learnt.Sample(chosen[n]).CopyTo(x.SampleSpan(n));
                objective.ComputeGradients(x, new Targets<float>([.. chosen.Select(n => labels[n])], new Shape(chosen.Length, classes)));
                optimizer.LearningRate = schedule.RateOf((double)step++ / perEpoch, []);
                optimizer.Step();
            }
        }

        return new LayerProbe(layer.Path, layer.Output, features, ErrorOn(learnt, training), ErrorOn(held, validation));

        double ErrorOn(Tensor<float> x, ImageSet images)
        {
            Tensor<float> y = classifier.Predict(x);
            return Enumerable.Range(0, images.Count).Count(n => loss.Decide(y.Sample(n)) != images.Labels[n]) / (double)images.Count;
        }
    }

    // Uses the mean and the deviation of the images that the classifier learns from; features that are constant there become 0.
    private static void Standardize(Tensor<float> learnt, Tensor<float> held)
    {
        for (int d = 0; d < learnt.Shape[1]; d++)
        {
            double sum = 0, squares = 0;
            for (int n = 0; n < learnt.Shape[0]; n++)
                sum += learnt[n, d];
            double mean = sum / learnt.Shape[0];
            for (int n = 0; n < learnt.Shape[0]; n++)
                squares += (learnt[n, d] - mean) * (learnt[n, d] - mean);
            double deviation = Math.Sqrt(squares / learnt.Shape[0]), scale = deviation > 1e-6 ? 1 / deviation : 0;
            foreach (Tensor<float> table in new[] { learnt, held })
            {
                for (int n = 0; n < table.Shape[0]; n++)
                    table[n, d] = (float)((table[n, d] - mean) * scale);
            }
        }
    }
}
