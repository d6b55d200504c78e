using System.Numerics;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Data.Preparation;
using RefNet.Losses;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>The results of a network on images that it does not learn from.</summary>
/// <param name="Loss">The mean loss.</param>
/// <param name="Confusion">How often each class was predicted for each true class.</param>
/// <param name="Elapsed">The duration.</param>
public sealed record Evaluation(double Loss, ConfusionMatrix Confusion, TimeSpan Elapsed)
{
    // Small enough for the outputs of the layers to stay in the cache. A constant: other batch sizes may round
    // differently, and a reported error must be reproducible to the digit.
    private const int BatchSize = 64;

    /// <summary>Runs a network over images in Evaluate mode; the network does not change.</summary>
    /// <param name="network">The network.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="images">The images.</param>
    /// <param name="scaling">How bytes become numbers.</param>
    /// <param name="cancellation">A request to stop.</param>
    /// <param name="preparation">What was learnt from the training images to prepare inputs, or null.</param>
    /// <param name="answered">Receives each batch with the outputs of the network, which are valid until the next one; or null.</param>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    public static Evaluation Run<T>(
        Network<T> network, ClassificationLoss<T> loss, ImageSet images, PixelScaling scaling, CancellationToken cancellation = default,
        InputPreparation<T>? preparation = null, Action<Batch<T>, Tensor<T>>? answered = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        ConfusionMatrix confusion = new(images.ClassNames.Count);
        double lossSum = 0;
        foreach (Batch<T> batch in new Batches<T>(images, scaling, BatchSize, augmentation: null, preparation).InOrder())
        {
            cancellation.ThrowIfCancellationRequested();
            Tensor<T> y = network.Predict(batch.Images);
            lossSum += double.CreateChecked(loss.Forward(y, batch.Targets)) * batch.Count;
            for (int n = 0; n < batch.Count; n++)
                confusion.Add(batch.Labels[n], loss.Decide(y.Sample(n)));
            answered?.Invoke(batch, y);
        }

        return new Evaluation(lossSum / images.Count, confusion, System.Diagnostics.Stopwatch.GetElapsedTime(start));
    }
}
