using System.Numerics;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Losses;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>What a network gives on a set that it does not learn from.</summary>
/// <param name="Loss">The mean loss.</param>
/// <param name="Confusion">What was taken for what.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record Evaluation(double Loss, ConfusionMatrix Confusion, TimeSpan Elapsed)
{
    // Small enough for the outputs of the layers to stay in the cache. A constant: a batch of another size may round
    // differently, and a reported error must come back to the digit.
    private const int BatchSize = 64;

    /// <summary>Runs a network over a set in Evaluate mode; nothing in the network changes.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Evaluation Run<T>(
        Sequential<T> network, ClassificationLoss<T> loss, ImageSet images, PixelScaling scaling, CancellationToken cancellation = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        ConfusionMatrix confusion = new(images.ClassNames.Count);
        double lossSum = 0;
        foreach (Batch<T> batch in new Batches<T>(images, scaling, BatchSize).InOrder())
        {
            cancellation.ThrowIfCancellationRequested();
            Tensor<T> y = network.Predict(batch.Images);
            lossSum += double.CreateChecked(loss.Forward(y, batch.Targets)) * batch.Count;
            for (int n = 0; n < batch.Count; n++)
                confusion.Add(batch.Labels[n], loss.Decide(y.Sample(n)));
        }

        return new Evaluation(lossSum / images.Count, confusion, System.Diagnostics.Stopwatch.GetElapsedTime(start));
    }
}
