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
    /// <summary>The largest number of features of a classifier; larger maps are averaged over equal areas until they fit.</summary>
    public const int MostFeatures = 4000;

    private const int Epochs = 20;
    private const int LeastSteps = 2000; // few images need more epochs
    private const int BatchSize = 64;
    private const double LearningRate = 0.005;
    private const double WeightDecay = 1e-4;

    /// <summary>
    /// Trains a softmax classifier on the frozen outputs of a layer: Adam with a cosine schedule, 20 epochs and 2,000 steps or more, on features
    /// with mean 0 and deviation 1. The network does not change. Alain and Bengio 2016, section 3; Donahue et al. 2014; LECTURES T11, C13.
    /// </summary>
    /// <param name="best">The network.</param>
    /// <param name="path">The path of any layer; empty for the input.</param>
    /// <param name="training">The images to learn from.</param>
    /// <param name="validation">The images to test on; not those for the final test.</param>
    /// <param name="seed">For the initial weights of the classifier and the order of its images.</param>
    /// <param name="cancellation">A request to stop.</param>
    /// <exception cref="InputException">There is no such layer, or its output is too large and does not consist of maps.</exception>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    public static LayerProbe Run(BestNetwork best, string path, ImageSet training, ImageSet validation, int seed, CancellationToken cancellation = default)
    {
        Layer<float>? layer = path.Length == 0 ? null : best.Network[path];
        Tensor<float> learnt = FeaturesOf(best, layer, path, training, cancellation), held = FeaturesOf(best, layer, path, validation, cancellation);
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

        return new LayerProbe(path, layer?.Output!.Shape.Sample ?? best.Network.InputShape, features, ErrorOn(learnt, training), ErrorOn(held, validation));

        double ErrorOn(Tensor<float> x, ImageSet images)
        {
            Tensor<float> y = classifier.Predict(x);
            return Enumerable.Range(0, images.Count).Count(n => loss.Decide(y.Sample(n)) != images.Labels[n]) / (double)images.Count;
        }
    }

    // N x D, maps averaged where they are too large.
    private static Tensor<float> FeaturesOf(BestNetwork best, Layer<float>? layer, string path, ImageSet images, CancellationToken cancellation)
    {
        Tensor<float>? table = null;
        int done = 0;
        foreach (Batch<float> batch in new Batches<float>(images, best.Scaling, BatchSize, augmentation: null, best.Preparation).InOrder())
        {
            cancellation.ThrowIfCancellationRequested();
            if (layer is not null)
                best.Network.Forward(batch.Images, Mode.Evaluate);
            Tensor<float> features = Pooled(layer?.Output! ?? batch.Images, path);
            int count = features.Count / batch.Count;
            table ??= new Tensor<float>(new Shape(count).Batch(images.Count));
            for (int n = 0; n < batch.Count; n++)
                features.Sample(n).CopyTo(table.SampleSpan(done++));
        }

        return table!;
    }

    private static Tensor<float> Pooled(Tensor<float> output, string path)
    {
        Shape shape = output.Shape.Sample;
        if (shape.Count <= MostFeatures)
            return output;
        if (shape.Rank != 3 || shape[0] > MostFeatures)
            throw new InputException($"{path}: expected a layer that gives at most {MostFeatures} numbers, or maps that can be averaged to so many; found {shape}. Choose another layer.");
        int factor = 2;
        while (shape[0] * Down(shape[1], factor) * Down(shape[2], factor) > MostFeatures)
            factor++;
        return new AdaptiveAveragePooling2D<float>(Down(shape[1], factor), Down(shape[2], factor)).Forward(output, Mode.Evaluate);

        static int Down(int extent, int factor) => Math.Max(1, extent / factor);
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
