using System.Diagnostics;
using System.Globalization;
using RefNet.Backends;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Optimizers.Schedules;

namespace RefNet.Training;

/// <summary>
/// A training run from its options to its test error: it splits the data, trains epoch by epoch, writes a checkpoint after
/// each, and uses the test set once, at the end. A run that was stopped and resumed ends with the same bits as one that was not.
/// </summary>
public sealed class TrainingRun
{
    /// <summary>The note in a checkpoint with the names of the classes, one per line.</summary>
    public const string ClassNamesNote = "class_names";

    private const string EpochNote = "epoch";

    private readonly RunOptions options;
    private readonly RunFolder folder;
    private readonly Architecture architecture;
    private readonly Dataset data;
    private readonly ImageSet training;
    private readonly ImageSet validation;
    private readonly Network<float> network;
    private readonly ClassificationLoss<float> loss;
    private readonly Optimizer<float> optimizer;
    private readonly List<EpochRecord> history = [];

    // The folder is opened last, when everything else is known to be good.
    private TrainingRun(RunOptions options, Dataset data, IBackend<float> backend, Func<RunOptions, RunFolder> openFolder)
    {
        options.Check();
        this.options = options with { DataSha256 = data.Sha256 };
        this.data = data;
        architecture = Architectures.Find(options.Model);
        network = architecture.Create<float>(options.Seed);
        network.To(backend);
        loss = architecture.CreateClassificationLoss<float>();
        loss.Backend = backend;
        if (options.Optimizer == OptimizerNames.Perceptron && loss is not PerceptronCriterion<float>)
            throw new InputException($"The perceptron's rule trains a perceptron only; choose another optimizer for {options.Model}.");
        optimizer = OptimizerNames.Create(options, network.Parameters);
        architecture.CheckFits(data.Training);
        (training, validation) = data.Training.HoldOut(options.Validation, options.Seed);
        if (options.Limit is { } limit)
            training = training.Take(limit);
        folder = openFolder(this.options);
    }

    /// <summary>The folder of the run.</summary>
    public RunFolder Folder => folder;

    /// <summary>The number of images in an epoch.</summary>
    public int TrainingImages => training.Count;

    /// <summary>The completed epochs, first to last.</summary>
    public IReadOnlyList<EpochRecord> History => history;

    /// <summary>
    /// The epoch whose weights are in best.safetensors: the first with the smallest validation loss, or the last epoch if no
    /// images are held out; null before the first epoch is done.
    /// </summary>
    /// <remarks>The loss, not the error: on 5,000 images an error of 1 % is uncertain by 0.14 %, more than late epochs differ.</remarks>
    public EpochRecord? Best => options.Validation == 0 ? history.LastOrDefault() : history.MinBy(epoch => epoch.ValidationLoss);

    /// <summary>Starts a run in a new folder.</summary>
    /// <param name="options">The options of the run.</param>
    /// <param name="data">The data set.</param>
    /// <param name="path">The folder.</param>
    /// <param name="backend">Where the network computes; the default backend if none is given.</param>
    /// <exception cref="InputException">An option is outside its range, or the folder holds a run already.</exception>
    public static TrainingRun Start(RunOptions options, Dataset data, string path, IBackend<float>? backend = null) =>
        new(options, data, backend ?? BackendDefaults<float>.Backend, complete => RunFolder.Create(path, complete));

    /// <summary>Resumes the run in a folder after its last complete epoch, and updates config.json.</summary>
    /// <param name="options">The options of the run, as its folder has them; the number of epochs may be larger.</param>
    /// <param name="data">The same data.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="backend">Where the network computes, which should be where it did; the default backend if none is given.</param>
    /// <exception cref="InputException">A file of the run is damaged or missing.</exception>
    public static TrainingRun Resume(RunOptions options, Dataset data, RunFolder folder, IBackend<float>? backend = null)
    {
        if (options.DataSha256 is { } expected && expected != data.Sha256)
            throw new InputException($"{folder.Path}: expected the data that the run was trained on, with SHA-256 {expected}; found {data.Name} with {data.Sha256}. Give the same data.");

        TrainingRun run = new(options, data, backend ?? BackendDefaults<float>.Backend, _ => folder);
        run.ReadState();
        folder.WriteOptions(run.options);
        return run;
    }

    /// <summary>Trains the remaining epochs, then tests the best weights.</summary>
    /// <returns>The results of the best weights on the test set.</returns>
    /// <exception cref="DivergenceException">The loss was not finite; the checkpoints are those of the epoch before.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop; the checkpoints are those of the last epoch that was done.</exception>
    public Evaluation Run(ITrainingObserver observer, CancellationToken cancellation)
    {
        ExponentialDecay schedule = new(options.LearningRate, options.LearningRateDecay);
        Batches<float> batches = new(training, architecture.Scaling(), options.BatchSize);
        Trainer<float> trainer = new(ObjectiveOf(network), optimizer, () => ObjectiveOf(architecture.Create<float>(options.Seed)));
        for (int epoch = history.Count + 1; epoch <= options.Epochs; epoch++)
        {
            long start = Stopwatch.GetTimestamp();
            optimizer.LearningRate = schedule.RateOf(epoch - 1);
            EpochProgress end = TrainEpoch(trainer, batches, epoch, observer, cancellation);
            Evaluation? held = validation.Count == 0 ? null : Evaluation.Run(network, loss, validation, architecture.Scaling());
            EpochRecord record = new(
                epoch, end.Loss, 1 - end.Accuracy, held?.Loss, held?.Confusion.ErrorRate, optimizer.LearningRate,
                Stopwatch.GetElapsedTime(start).TotalSeconds);
            history.Add(record);
            Save(record);
            observer.EpochDone(record, isBest: Best == record);
        }

        return Test(options, folder, data, network.Backend, cancellation);
    }

    /// <summary>Tests the best weights of a run on the test set.</summary>
    /// <param name="options">The options of the run.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="data">The data set.</param>
    /// <param name="backend">Where the network computes; the default backend if none is given.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <exception cref="InputException">The data do not fit the model, or the checkpoint is missing, damaged, or of another model.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Evaluation Test(
        RunOptions options, RunFolder folder, Dataset data, IBackend<float>? backend = null, CancellationToken cancellation = default)
    {
        Architecture architecture = Architectures.Find(options.Model);
        architecture.CheckFits(data.Test);
        Network<float> network = architecture.Create<float>(options.Seed);
        network.To(backend ?? BackendDefaults<float>.Backend);
        Checkpoint.Load(folder.Best, options.Model, network, optimizer: null);
        ClassificationLoss<float> loss = architecture.CreateClassificationLoss<float>();
        loss.Backend = network.Backend;
        return Evaluation.Run(network, loss, data.Test, architecture.Scaling(), cancellation);
    }

    private Objective<float> ObjectiveOf(Network<float> of) => new(of, architecture.CreateLoss<float>);

    private void ReadState()
    {
        if (!File.Exists(folder.State))
            return; // stopped before the end of its first epoch

        IReadOnlyDictionary<string, string> notes = Checkpoint.Load(folder.State, options.Model, network, optimizer);
        if (!int.TryParse(notes.GetValueOrDefault(EpochNote), CultureInfo.InvariantCulture, out int done))
            throw new InputException($"{folder.State}: expected a note of the last complete epoch; found none. Train again in another folder.");
        if (options.Epochs < done)
            throw new InputException($"{folder.Path}: expected at least the {done} epochs that are complete; found {options.Epochs}. Ask for more, or train again in another folder.");

        // The history is written first, so it may have a row for an epoch whose checkpoint was not finished.
        history.AddRange(folder.ReadHistory().Take(done));
        if (history.Count < done)
            throw new InputException($"{folder.Path}: expected {done} epochs in history.csv; found {history.Count}. Restore the file, or train again in another folder.");
    }

    private EpochProgress TrainEpoch(Trainer<float> trainer, Batches<float> batches, int epoch, ITrainingObserver observer, CancellationToken cancellation)
    {
        try
        {
            return trainer.RunEpoch(batches, options.Seed, epoch, observer.StepDone, cancellation);
        }
        catch (DivergenceException e)
        {
            string left = epoch == 1
                ? "No epoch was completed, so there is no checkpoint yet."
                : $"The weights of epoch {epoch - 1} are in {folder.Last}.";
            throw e.With($"{left} Train again with a smaller learning rate than {options.LearningRate.ToString(CultureInfo.InvariantCulture)}.");
        }
    }

    // The order matters if the run is killed between two files: what Resume reads comes last.
    private void Save(EpochRecord record)
    {
        KeyValuePair<string, string>[] notes =
        [
            KeyValuePair.Create(EpochNote, record.Epoch.ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create(ClassNamesNote, string.Join('\n', data.Training.ClassNames)),
        ];
        folder.WriteHistory(history);
        if (Best == record)
            Checkpoint.Save(folder.Best, options.Model, network, optimizer: null, notes);
        Checkpoint.Save(folder.Last, options.Model, network, optimizer: null, notes);
        Checkpoint.Save(folder.State, options.Model, network, optimizer, notes);
    }
}
