using System.Numerics;
using RefNet.Backends;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Optimizers.Schedules;

namespace RefNet.Training.Diagnosis;

/// <summary>
/// Measurements that show why a network does not learn: its initial loss against ln C, overfitting of a few samples,
/// the first steps of training, and, for each layer, gradients, sizes of steps, dead and saturated units. This class
/// only measures; <c>refnet doctor</c> interprets the numbers. LECTURES T14.
/// </summary>
public sealed class NetworkDiagnosis
{
    /// <summary>The steps of the short training.</summary>
    public const int ShortTraining = 200;

    /// <summary>The number of samples to overfit.</summary>
    public const int ByHeartSamples = 10;

    /// <summary>The largest number of steps for that.</summary>
    public const int ByHeartSteps = 200;

    private const int SampleImages = 100;

    private NetworkDiagnosis() { }

    /// <summary>The channels of the inputs.</summary>
    public required IReadOnlyList<InputDiagnosis> Inputs { get; init; }

    /// <summary>The layers that have weights, or whose units can die or saturate, in the order of the network.</summary>
    public required IReadOnlyList<LayerDiagnosis> Layers { get; init; }

    /// <summary>The loss of the sample before training, without penalties and side heads, in nats for cross-entropy.</summary>
    public required double LossBefore { get; init; }

    /// <summary>The same after the short training; NaN where that diverged.</summary>
    public required double LossAfter { get; init; }

    /// <summary>ln C, the loss of a network that knows nothing; null where the loss is not the cross-entropy of softmax.</summary>
    public required double? LossOfKnowingNothing { get; init; }

    /// <summary>The steps of the short training that were taken.</summary>
    public required int Steps { get; init; }

    /// <summary>The step whose loss was not finite, from 1; null where all were.</summary>
    public required int? DivergedAt { get; init; }

    /// <summary>The samples to overfit that were still wrong at the end; null where the outputs are not classes.</summary>
    public required int? WrongByHeart { get; init; }

    /// <summary>The number of samples to overfit.</summary>
    public required int LearntByHeart { get; init; }

    /// <summary>The steps after which all of them were right, or the steps that were taken.</summary>
    public required int StepsByHeart { get; init; }

    /// <summary>Measures a network. It is created twice: trained for <see cref="ShortTraining"/> steps, and trained from the start on only ten samples.</summary>
    /// <param name="create">Creates the trainer of the network with its initial weights.</param>
    /// <param name="sample">The samples for measuring losses, gradients and units; the first ten are overfitted.</param>
    /// <param name="training">The batches of the short training, one per step; with fewer it ends earlier.</param>
    /// <param name="cancellation">A request to stop.</param>
    /// <remarks>
    /// Measurements are made in Train mode, as in a training step; the overfitted samples are tested in Evaluate mode, without dropout. The same network
    /// and batches give the same numbers on any number of threads.
    /// </remarks>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    public static NetworkDiagnosis Run<T>(Func<Trainer<T>> create, Batch<T> sample, IEnumerable<Batch<T>> training, CancellationToken cancellation = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Trainer<T> trainer = create();
        Network<T> network = trainer.Objective.Network;
        WeightSteps<T> steps = new(network);
        double lossBefore = Measure(trainer.Objective, sample);
        LayerDiagnosis[] before = [.. Look(network)];

        (int taken, int? divergedAt) = (0, null);
        foreach (Batch<T> batch in training.Take(ShortTraining))
        {
            cancellation.ThrowIfCancellationRequested();
            taken++;
            if (double.IsFinite(steps.Measure(() => trainer.Step(batch).Loss)))
                continue;
            divergedAt = taken;
            break;
        }

        double lossAfter = Measure(trainer.Objective, sample);
        (int byHeart, int? wrong, int stepsByHeart) = LearnByHeart(create(), sample, cancellation);
        return new NetworkDiagnosis
        {
            Inputs = InputDiagnosis.Of(sample.Images),
            Layers = [.. before.Zip(Look(network), (first, last) => first with
            {
                Update = steps.MeanOf(first.Path),
                LargestUpdate = steps.LargestOf(first.Path),
                DeadAfter = divergedAt is null ? last.DeadBefore : first.DeadBefore * double.NaN,
                SaturatedAfter = divergedAt is null ? last.SaturatedBefore : first.SaturatedBefore * double.NaN,
            })],
            LossBefore = lossBefore,
            LossAfter = divergedAt is null ? lossAfter : double.NaN,
            LossOfKnowingNothing = trainer.Objective.Loss is SoftmaxCrossEntropy<T> ? Math.Log(network.Output!.Shape[1]) : null,
            Steps = taken,
            DivergedAt = divergedAt,
            LearntByHeart = byHeart,
            WrongByHeart = wrong,
            StepsByHeart = stepsByHeart,
        };
    }

    /// <summary>Measures what the options of a run would train, with the learning rates of their schedule. It uses neither validation nor test images.</summary>
    /// <param name="options">The options; a step takes one batch, and weights are not averaged.</param>
    /// <param name="data">The data set.</param>
    /// <param name="backend">The backend of the network; the default backend if null.</param>
    /// <param name="cancellation">A request to stop.</param>
    /// <exception cref="InputException">An option is outside its range, or does not fit the model or the data.</exception>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    public static NetworkDiagnosis Run(RunOptions options, Dataset data, IBackend<float>? backend = null, CancellationToken cancellation = default)
    {
        RunOptions single = options with { Average = 0, Accumulate = 1 };
        LearningRateSchedule schedule = options.CreateSchedule();
        TrainingSetup setup = Setup();
        setup.Preparation = setup.LearnPreparation();
        Batches<float> batches = setup.CreateBatches();
        TrainingSetup? trained = null;
        return Run(
            () =>
            {
                trained = Setup();
                trained.LoadFirstWeights();
                return trained.CreateTrainer();
            },
            setup.CreateBatches(SampleImages).Shuffled(options.Seed, epoch: 1).First(),
            Steps(), cancellation);

        TrainingSetup Setup() => new(single, data, backend ?? BackendDefaults<float>.Backend);

        IEnumerable<Batch<float>> Steps()
        {
            for (int step = 0, epoch = 1; ; epoch++)
            {
                foreach (Batch<float> batch in batches.Shuffled(options.Seed, epoch))
                {
                    trained!.Optimizer.LearningRate = schedule.RateOf((double)step++ / batches.Count, []);
                    yield return batch;
                }
            }
        }
    }

    // The loss of the outputs alone; the gradients are those of the whole objective.
    private static double Measure<T>(Objective<T> objective, Batch<T> sample) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        objective.ComputeGradients(sample.Images, sample.Targets);
        return double.CreateChecked(objective.Loss.Forward(objective.Network.Output!, sample.Targets));
    }

    // The measurements of the last pass.
    private static IEnumerable<LayerDiagnosis> Look<T>(Network<T> network) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Dictionary<string, Parameter<T>[]> weights = WeightSteps<T>.WeightsOf(network).ToDictionary(layer => layer.Path, layer => layer.Weights);
        foreach ((string path, Layer<T> layer) in network.Walk().Where(place => place.Layer.Layers.Count == 0))
        {
            (double? dead, double? saturated) = (UnitStates.Dead(layer), UnitStates.Saturated(layer));
            Parameter<T>[]? own = weights.GetValueOrDefault(path);
            if (own is null && dead is null && saturated is null)
                continue;
            yield return new LayerDiagnosis(path)
            {
                Weights = own is null ? null : Math.Sqrt(own.Sum(weight => WeightSteps<T>.SumOfSquares(weight.Value)) / own.Sum(weight => (double)weight.Count)),
                Gradient = own is null || own.All(weight => weight.IsFrozen) ? null : Math.Sqrt(own.Sum(weight => WeightSteps<T>.SumOfSquares(weight.Gradient))),
                DeadBefore = dead,
                SaturatedBefore = saturated,
            };
        }
    }

    private static (int Count, int? Wrong, int Steps) LearnByHeart<T>(Trainer<T> trainer, Batch<T> sample, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Batch<T> few = new();
        few.Copy(sample, 0, Math.Min(ByHeartSamples, sample.Count));
        int? wrong = Wrong();
        int step = 0;
        for (; step < ByHeartSteps && wrong > 0; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!double.IsFinite(trainer.Step(few).Loss))
                break;
            wrong = Wrong();
        }

        return (few.Count, wrong, step);

        int? Wrong() => trainer.Objective.Loss.CountErrors(trainer.Objective.Network.Forward(few.Images, Mode.Evaluate), few.Targets);
    }
}
