using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Optimizers;

namespace RefNet.Training;

/// <summary>The loop of stochastic gradient descent: forward, loss, backward, step (LECTURES T1).</summary>
public sealed class Trainer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Learner<T> learner;
    private readonly Optimizer<T> optimizer;
    private readonly DataParallel<T>? slices;

    /// <summary>Puts together what training needs.</summary>
    /// <param name="learner">The network that learns, with its loss.</param>
    /// <param name="optimizer">What changes the parameters of the network.</param>
    /// <param name="replicate">
    /// Makes another network of the same layers, whatever the weights that it learns, with its loss. Where it is given and
    /// the network is small and convolutional, threads share a batch by its samples, each with a network of its own (data
    /// parallelism). It is called as often as there are threads, by one of them at a time; so it must not draw from random
    /// numbers that anything else depends on.
    /// </param>
    public Trainer(Learner<T> learner, Optimizer<T> optimizer, Func<Learner<T>>? replicate = null)
    {
        this.learner = learner;
        this.optimizer = optimizer;
        if (replicate is not null && DataParallel<T>.Suits(learner.Network))
            slices = new DataParallel<T>(learner.Network, replicate);
    }

    /// <summary>Learns from one batch.</summary>
    /// <returns>The loss of the batch and the number of samples that were wrong, both before the step.</returns>
    public (double Loss, int Errors) Step(Batch<T> batch)
    {
        (T loss, int errors) = slices is not null && batch.Count > DataParallel<T>.SliceSize
            ? slices.ComputeGradients(batch)
            : learner.ComputeGradients(batch, share: T.One);
        optimizer.Step();
        return (double.CreateChecked(loss), errors);
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
        foreach (Parameter<T> parameter in learner.Network.Parameters)
        {
            if (!TensorPrimitives.IsFiniteAll<T>(parameter.Value.Span))
                throw new DivergenceException($"A weight of {parameter.Name} became infinite or NaN", step, epoch);
        }

        return progress;
    }
}
