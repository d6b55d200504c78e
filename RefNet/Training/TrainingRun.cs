using System.Diagnostics;
using System.Globalization;
using RefNet.Backends;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Optimizers.Schedules;
using RefNet.Regularizers;

namespace RefNet.Training;

/// <summary>
/// A training run from its options to its test error: it splits the data, trains epoch by epoch, writes a checkpoint after
/// each, and uses the test set once, at the end. A run that was stopped and resumed ends with the same bits as one that was not.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    /// <summary>The note in a checkpoint with the names of the classes, one per line.</summary>
    public const string ClassNamesNote = "class_names";

    private const int ProbeImages = 64;

    private readonly RunOptions options;
    private readonly RunFolder folder;
    private readonly RunCheckpoints checkpoints;
    private readonly Architecture architecture;
    private readonly Dataset data;
    private readonly ImageSet training;
    private readonly ImageSet validation;
    private readonly ImageSet probe;
    private readonly Network<float> network;
    private readonly ClassificationLoss<float> loss;
    private readonly Optimizer<float> optimizer;
    private readonly WeightAverage<float>? average;
    private readonly List<EpochRecord> history = [];

    // The folder is opened last, when everything else is known to be good.
    private TrainingRun(RunOptions options, Dataset data, IBackend<float> backend, Func<RunOptions, RunFolder> openFolder)
    {
        options.Check();
        this.options = options with { DataSha256 = data.Sha256 };
        this.data = data;
        architecture = Architectures.Find(options.Model);
        network = CreateNetwork();
        loss = architecture.CreateClassificationLoss<float>();
        loss.Backend = backend;
        if (options.Optimizer == OptimizerNames.Perceptron && loss is not PerceptronCriterion<float>)
            throw new InputException($"The perceptron's rule trains a perceptron only; choose another optimizer for {options.Model}.");
        if (options.LabelSmoothing > 0 && loss is not SoftmaxCrossEntropy<float>)
            throw new InputException($"Labels are smoothed for softmax cross-entropy only; {options.Model} trains with another loss. Leave out the label smoothing, or choose another model.");
        optimizer = OptimizerNames.Create(options, network.Parameters);
        average = options.Average > 0 ? new WeightAverage<float>(network, CreateNetwork(), options.Average) : null;
        architecture.CheckFits(data.Training);
        (training, validation) = data.Training.HoldOut(options.Validation, options.Seed);
        if (options.Limit is { } limit)
            training = training.Take(limit);
        probe = (validation.Count > 0 ? validation : training).Take(ProbeImages);
        folder = openFolder(this.options);
        checkpoints = new RunCheckpoints(folder, this.options);

        Network<float> CreateNetwork()
        {
            Network<float> made = architecture.Create<float>(options.Seed);
            made.To(backend);
            return made;
        }
    }

    /// <summary>The folder of the run.</summary>
    public RunFolder Folder => folder;

    /// <summary>The number of images in an epoch.</summary>
    public int TrainingImages => training.Count;

    /// <summary>The number of the epoch after which the run can be resumed; 0 if it begins anew.</summary>
    public int SavedEpochs { get; private set; }

    /// <summary>The completed epochs, first to last.</summary>
    public IReadOnlyList<EpochRecord> History => history;

    /// <summary>
    /// The epoch whose weights are in best.safetensors: the first with the smallest validation loss, or the last epoch if no
    /// images are held out; null before the first epoch is done.
    /// </summary>
    /// <remarks>The loss, not the error: on 5,000 images an error of 1 % is uncertain by 0.14 %, more than late epochs differ.</remarks>
    public EpochRecord? Best => RunCheckpoints.BestOf(history);

    /// <summary>Whether the patience of the run has ended: no more epochs are trained.</summary>
    public bool StoppedEarly => options.Patience > 0 && EarlyStopping.IsDue(ValidationLosses, options.Patience);

    private double[] ValidationLosses => [.. history.Select(done => done.ValidationLoss ?? double.NaN)];

    /// <summary>Starts a run in a new folder, whose lock it holds until it has ended or is disposed of.</summary>
    /// <param name="options">The options of the run.</param>
    /// <param name="data">The data set.</param>
    /// <param name="path">The folder.</param>
    /// <param name="backend">Where the network computes; the default backend if none is given.</param>
    /// <param name="numbered">Whether a folder that is there already is left alone, and one with a number behind its name is made.</param>
    /// <exception cref="InputException">An option is outside its range, the folder holds a run already, or another process trains in it.</exception>
    public static TrainingRun Start(RunOptions options, Dataset data, string path, IBackend<float>? backend = null, bool numbered = false) =>
        new(options, data, backend ?? BackendDefaults<float>.Backend, complete => numbered ? RunFolder.CreateNumbered(path, complete) : RunFolder.Create(path, complete));

    /// <summary>Resumes the run in a folder after its last complete epoch, and updates config.json if there is something to train.</summary>
    /// <param name="options">The options of the run, as its folder has them; the number of epochs may be larger.</param>
    /// <param name="data">The same data.</param>
    /// <param name="folder">The folder, whose lock the run holds until it has ended or is disposed of.</param>
    /// <param name="backend">Where the network computes, which should be where it did; the default backend if none is given.</param>
    /// <exception cref="InputException">
    /// A file of the run is damaged, missing, or does not belong to the others; the data are others; or another process trains in the folder.
    /// </exception>
    public static TrainingRun Resume(RunOptions options, Dataset data, RunFolder folder, IBackend<float>? backend = null)
    {
        folder.TakeLock();
        try
        {
            CheckData(options, data, folder, "");
            TrainingRun run = new(options, data, backend ?? BackendDefaults<float>.Backend, _ => folder);
            run.history.AddRange(run.checkpoints.Resume(run.network, run.average, run.optimizer));
            int done = run.SavedEpochs = run.history.Count;
            if (options.Epochs < done)
                throw new InputException($"{folder.Path}: expected at least the {done} epochs that are complete; found {options.Epochs}. Ask for more, or train again in another folder.");
            // A run that is done can be tested again where nothing can be written.
            if (done < options.Epochs)
                folder.WriteOptions(run.options);
            return run;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Checks that data are those that a run was trained on.</summary>
    /// <param name="options">The options of the run.</param>
    /// <param name="data">The data set.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="otherwise">What else can be done, beside giving the same data: a sentence, or nothing.</param>
    /// <exception cref="InputException">They are others.</exception>
    public static void CheckData(RunOptions options, Dataset data, RunFolder folder, string otherwise)
    {
        if (options.DataSha256 != data.Sha256)
            throw new InputException($"{folder.Path}: expected the data that the run was trained on, with SHA-256 {options.DataSha256}; found {data.Name} with {data.Sha256}. Give the same data. {otherwise}".TrimEnd());
    }

    /// <summary>Trains the remaining epochs, or until patience ends, then tests the best weights.</summary>
    /// <returns>The results of the best weights on the test set.</returns>
    /// <exception cref="DivergenceException">A loss was not finite; the checkpoints are those of the epoch before.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop; the checkpoints are those of the last epoch that was done.</exception>
    public Evaluation Run(ITrainingObserver observer, CancellationToken cancellation)
    {
        using RunFolder held = folder;
        TrainEpochs(observer, cancellation);
        Evaluation test = Test(options, folder, data, network.Backend, cancellation);
        if (!double.IsFinite(test.Loss))
            throw NotFinite("The loss on the test images", test.Loss, history.Count);
        return test;
    }

    /// <summary>Gives the lock of the folder back.</summary>
    public void Dispose() => folder.Dispose();

    private void TrainEpochs(ITrainingObserver observer, CancellationToken cancellation)
    {
        LearningRateSchedule schedule = options.CreateSchedule();
        Batches<float> batches = new(training, architecture.Scaling(), options.BatchSize);
        Trainer<float> trainer = new(ObjectiveOf(network), optimizer, () => ObjectiveOf(architecture.Create<float>(options.Seed)))
        {
            Average = average,
            Clipping = options.Clip > 0 ? new GradientClipping<float>(network.Parameters, options.Clip) : null,
            BatchesPerStep = options.Accumulate,
        };
        (double, int) probed = Probe();
        for (int epoch = history.Count + 1; epoch <= options.Epochs && !StoppedEarly; epoch++)
        {
            long start = Stopwatch.GetTimestamp();
            double[] losses = ValidationLosses;
            EpochProgress end = TrainEpoch(trainer, batches, epoch, t => schedule.RateOf(t, losses), observer, cancellation);
            Evaluation? held = validation.Count == 0 ? null : Evaluation.Run(average?.Network ?? network, loss, validation, architecture.Scaling());
            if (held is not null && !double.IsFinite(held.Loss))
                throw NotFinite("The validation loss", held.Loss, epoch);
            EpochRecord record = new(
                epoch, end.Loss, 1 - end.Accuracy, held?.Loss, held?.Confusion.ErrorRate, schedule.RateOf(epoch - 1, losses),
                Stopwatch.GetElapsedTime(start).TotalSeconds);
            history.Add(record);
            checkpoints.Save(network, average, optimizer, history, isBest: Best == record, data.Training.ClassNames);
            SavedEpochs = epoch;
            observer.EpochDone(record, isBest: Best == record);

            (double, int) before = probed;
            probed = Probe();
            if (probed == before && record.TrainingError > 0)
                observer.NothingChanged(record);
        }
    }

    /// <summary>Tests the best weights of a run on the test set.</summary>
    /// <param name="options">The options of the run.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="data">The data set.</param>
    /// <param name="backend">Where the network computes; the default backend if none is given.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <exception cref="InputException">The data do not fit the model, or the checkpoint is missing, damaged, or of another model or run.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Evaluation Test(
        RunOptions options, RunFolder folder, Dataset data, IBackend<float>? backend = null, CancellationToken cancellation = default)
    {
        Architecture architecture = Architectures.Find(options.Model);
        architecture.CheckFits(data.Test);
        Network<float> network = architecture.Create<float>(options.Seed);
        network.To(backend ?? BackendDefaults<float>.Backend);
        LoadBest(options, folder, network);
        ClassificationLoss<float> loss = architecture.CreateClassificationLoss<float>();
        loss.Backend = network.Backend;
        return Evaluation.Run(network, loss, data.Test, architecture.Scaling(), cancellation);
    }

    /// <summary>Reads the best weights of a run into a network of its model.</summary>
    /// <returns>The notes saved with them, such as <see cref="ClassNamesNote"/>.</returns>
    /// <exception cref="InputException">They are missing, damaged, or of another model or run.</exception>
    public static IReadOnlyDictionary<string, string> LoadBest(RunOptions options, RunFolder folder, Network<float> network) =>
        new RunCheckpoints(folder, options).LoadBest(network);

    private Objective<float> ObjectiveOf(Network<float> of) =>
        new(of, TrainingLoss, options.L1 > 0 ? new L1Regularizer<float>(options.L1) : null);

    private Loss<float> TrainingLoss() => options.LabelSmoothing > 0 ? new SoftmaxCrossEntropy<float>(options.LabelSmoothing) : architecture.CreateLoss<float>();

    private EpochProgress TrainEpoch(Trainer<float> trainer, Batches<float> batches, int epoch, Func<double, double> rateOf, ITrainingObserver observer, CancellationToken cancellation)
    {
        try
        {
            return trainer.RunEpoch(batches, options.Seed, epoch, observer.StepDone, cancellation, rateOf);
        }
        catch (DivergenceException e)
        {
            throw e.With(Remedy());
        }
    }

    private DivergenceException NotFinite(string what, double loss, int epoch) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{what} became {loss}"), step: null, epoch, Remedy());

    private string Remedy()
    {
        string left = history.Count == 0 ? "No epoch was completed, so there is no checkpoint yet." : $"The weights of epoch {history.Count} are in {folder.Last}.";
        return $"{left} Train again with a smaller learning rate than {options.LearningRate.ToString(CultureInfo.InvariantCulture)}.";
    }

    // The results on a few images, to see whether an epoch changed anything.
    private (double Loss, int Errors) Probe()
    {
        Evaluation result = Evaluation.Run(network, loss, probe, architecture.Scaling());
        return (result.Loss, result.Confusion.Errors);
    }
}
