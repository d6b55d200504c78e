using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using RefNet.Backends;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Optimizers;

namespace RefNet.Training;

/// <summary>The loop of stochastic gradient descent: forward, loss, backward, step (LECTURES T1).</summary>
/// <remarks>A step: the gradient, of one batch or of several, is clipped, the optimizer takes its step, and the average follows.</remarks>
public sealed class Trainer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Objective<T> objective;
    private readonly Optimizer<T> optimizer;
    private readonly DataParallel<T>? slices;
    private readonly IReadOnlyList<Parameter<T>> parameters;
    private readonly IBackend<T> backend;
    private readonly GradientMean<T> gathered;

    /// <summary>Creates a trainer.</summary>
    /// <param name="objective">The objective to minimise.</param>
    /// <param name="optimizer">Changes the parameters of the network.</param>
    /// <param name="replicate">
    /// Creates the objective of another network with the same layers and any weights; or null. If it is given, and the
    /// network is small and convolutional and treats samples separately, threads share the samples of a batch, each
    /// with a replica of the network (data parallelism). It is called at most once per thread, by one thread at a time.
    /// </param>
    public Trainer(Objective<T> objective, Optimizer<T> optimizer, Func<Objective<T>>? replicate = null)
    {
        this.objective = objective;
        this.optimizer = optimizer;
        (parameters, backend) = (objective.Network.Parameters, objective.Network.Backend);
        gathered = new GradientMean<T>(parameters);
        if (replicate is not null && DataParallel<T>.Suits(objective.Network))
            slices = new DataParallel<T>(objective, replicate);
    }

    /// <summary>The objective to minimise.</summary>
    public Objective<T> Objective => objective;

    /// <summary>Clips the gradient before each step; null for no clipping.</summary>
    public GradientClipping<T>? Clipping { get; init; }

    /// <summary>Averages the weights after each step; or null.</summary>
    public WeightAverage<T>? Average { get; init; }

    /// <summary>The number of batches whose gradients are averaged for a step, 1 or more; the last step of an epoch takes the remaining ones.</summary>
    public int BatchesPerStep
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected 1 batch for a step or more.");
    }
    = 1;

    /// <summary>Computes the gradients of a batch, and takes a step after the last of <see cref="BatchesPerStep"/> batches.</summary>
    /// <returns>The objective of the batch and the number of wrong samples (null where the outputs are not classes), both before the step.</returns>
    /// <exception cref="InvalidOperationException">A layer was replaced: the optimizer does not know its parameters.</exception>
    public (double Loss, int? Errors) Step(Batch<T> batch)
    {
        if (!ReferenceEquals(objective.Network.Parameters, parameters))
            throw new InvalidOperationException("A layer of the network was replaced after this trainer was made; make a new objective, optimizer and trainer.");
        (T loss, int? errors) = slices is not null && slices.StillSuits(backend) && batch.Count > DataParallel<T>.SliceSize && batch.Targets.Ignored is null
            ? slices.ComputeGradients(batch)
            : objective.ComputeGradients(batch.Images, batch.Targets);
        if (BatchesPerStep == 1)
            TakeStep();
        else
        {
            gathered.Add(objective.Loss.TotalWeight(batch.Targets));
            if (gathered.Batches == BatchesPerStep)
                TakeGatheredStep();
        }

        backend.Submit();
        return (double.CreateChecked(loss), errors);
    }

    /// <summary>Trains on every image once.</summary>
    /// <param name="batches">The training images.</param>
    /// <param name="seed">The seed of the run; the order depends on it and on the epoch.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="stepDone">Called after each batch.</param>
    /// <param name="cancellation">Ends the epoch after the current batch.</param>
    /// <param name="rateOf">The learning rate of a step by the time t at its beginning, in epochs from 0; null leaves the optimizer's.</param>
    /// <returns>The progress at the end of the epoch, with its mean loss.</returns>
    /// <exception cref="DivergenceException">A loss was not finite, or a weight at the end of the epoch.</exception>
    public EpochProgress RunEpoch(Batches<T> batches, int seed, int epoch, Action<EpochProgress> stepDone, CancellationToken cancellation, Func<double, double>? rateOf = null)
    {
        long start = Stopwatch.GetTimestamp();
        double lossSum = 0;
        int images = 0, step = 0;
        int? errors = 0; // null where the outputs are not classes
        EpochProgress progress = default;
        gathered.Clear();
        foreach (Batch<T> batch in batches.Shuffled(seed, epoch))
        {
            cancellation.ThrowIfCancellationRequested();
            if (rateOf is not null && gathered.Batches == 0)
                optimizer.LearningRate = rateOf(epoch - 1 + (double)step / batches.Count);
            step++;
            (double batchLoss, int? batchErrors) = Step(batch);
            if (!double.IsFinite(batchLoss))
                throw new DivergenceException(string.Create(CultureInfo.InvariantCulture, $"The loss became {batchLoss}"), step, epoch);

            lossSum += batchLoss * batch.Count;
            images += batch.Count;
            errors += batchErrors;
            progress = new EpochProgress(
                epoch, images, batches.Samples, lossSum / images, 1 - (double?)errors / images ?? double.NaN, Stopwatch.GetElapsedTime(start));
            stepDone(progress);
        }

        if (gathered.Batches > 0)
            TakeGatheredStep();

        // No loss follows the last step, so the weights are checked here.
        foreach ((string path, Parameter<T> parameter) in objective.Network.NamedParameters())
        {
            if (!TensorPrimitives.IsFiniteAll(parameter.Value.Values))
                throw new DivergenceException($"A weight of {path} became infinite or NaN", step, epoch);
        }

        return progress;
    }

    private void TakeGatheredStep()
    {
        gathered.Take();
        TakeStep();
    }

    private void TakeStep()
    {
        Clipping?.Clip();
        optimizer.Step();
        Average?.Update();
    }
}
