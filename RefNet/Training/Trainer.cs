using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>The loop of stochastic gradient descent: forward, loss, backward, step (LECTURES T1).</summary>
public sealed class Trainer<T>(Sequential<T> network, ClassificationLoss<T> loss, Optimizer<T> optimizer)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Learns from one batch.</summary>
    /// <returns>The loss of the batch and the number of samples that were wrong, both before the step.</returns>
    public (double Loss, int Errors) Step(Batch<T> batch)
    {
        Tensor<T> y = network.Forward(batch.Images, Mode.Train);
        double batchLoss = double.CreateChecked(loss.Forward(y, batch.Targets));
        int errors = 0;
        for (int n = 0; n < batch.Count; n++)
        {
            if (loss.Decide(y.Sample(n)) != batch.Labels[n])
                errors++;
        }

        network.ClearGradients();
        network.BackwardToParameters(loss.Backward());
        optimizer.Step();
        return (batchLoss, errors);
    }

    /// <summary>Learns from every image once.</summary>
    /// <param name="batches">The training images.</param>
    /// <param name="seed">The seed of the run; the order depends on it and on the epoch.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="stepDone">Told after each step.</param>
    /// <param name="cancellation">Ends the epoch after the step that it is in.</param>
    /// <returns>How far the epoch was at its end, with its mean loss.</returns>
    /// <exception cref="DivergenceException">A loss, or at the end a weight, was not finite.</exception>
    public EpochProgress RunEpoch(Batches<T> batches, int seed, int epoch, Action<EpochProgress> stepDone, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        double lossSum = 0;
        int images = 0, errors = 0, step = 0;
        EpochProgress progress = default;
        foreach (Batch<T> batch in batches.Shuffled(seed, epoch))
        {
            cancellation.ThrowIfCancellationRequested();
            step++;
            (double batchLoss, int batchErrors) = Step(batch);
            if (!double.IsFinite(batchLoss))
                throw new DivergenceException(string.Create(CultureInfo.InvariantCulture, $"The loss became {batchLoss}"), step, epoch);

            lossSum += batchLoss * batch.Count;
            images += batch.Count;
            errors += batchErrors;
            progress = new EpochProgress(
                epoch, images, batches.Samples, lossSum / images, 1 - (double)errors / images, Stopwatch.GetElapsedTime(start));
            stepDone(progress);
        }

        // The last step has no loss after it that would show what it did.
        foreach (Parameter<T> parameter in network.Parameters)
        {
            if (!TensorPrimitives.IsFiniteAll<T>(parameter.Value.Span))
                throw new DivergenceException($"A weight of {parameter.Name} became infinite or NaN", step, epoch);
        }

        return progress;
    }
}
