using System.Diagnostics;
using System.Globalization;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Losses;
using RefNet.Optimizers;
using RefNet.Optimizers.Schedules;

namespace RefNet.Training;

/// <summary>
/// A training run from its options to its test error: it splits the data, trains epoch by epoch, writes a checkpoint after
/// each, and looks at the test set once, at the end. A run that was stopped and resumed ends with the same bits as one
/// that never was.
/// </summary>
public sealed class TrainingRun
{
    /// <summary>The note in a checkpoint that has the names of the classes, one a line.</summary>
    public const string ClassNamesNote = "class_names";

    private const string EpochNote = "epoch";

    private readonly RunOptions options;
    private readonly RunFolder folder;
    private readonly Recipe recipe;
    private readonly Dataset data;
    private readonly ImageSet training;
    private readonly ImageSet validation;
    private readonly Sequential<float> network;
    private readonly ClassificationLoss<float> loss;
    private readonly Optimizer<float> optimizer;
    private readonly List<EpochRecord> history = [];

    // The folder is opened last, when all else is known to be good.
    private TrainingRun(RunOptions options, Dataset data, Func<RunOptions, RunFolder> openFolder)
    {
        options.Check();
        this.options = options with { DataSha256 = data.Sha256 };
        this.data = data;
        recipe = Recipe.Find(options.Model);
        network = recipe.CreateNetwork(options.Seed);
        loss = recipe.CreateLoss();
        if (options.Optimizer == OptimizerNames.Perceptron && loss is not PerceptronCriterion<float>)
            throw new InputException($"The rule of the perceptron trains a perceptron only; choose another optimizer for {options.Model}.");
        optimizer = OptimizerNames.Create(options, network.Parameters);
        recipe.CheckFits(network, data.Training);
        (training, validation) = data.Training.HoldOut(options.Validation, options.Seed);
        if (options.Limit is { } limit)
            training = training.Take(limit);
        folder = openFolder(this.options);
    }

    /// <summary>Where the run is kept.</summary>
    public RunFolder Folder => folder;

    /// <summary>How many images an epoch learns from.</summary>
    public int TrainingImages => training.Count;

    /// <summary>The epochs that are done, first to last.</summary>
    public IReadOnlyList<EpochRecord> History => history;

    /// <summary>
    /// The epoch whose weights are in best.safetensors: the first with the smallest validation loss, or the last epoch where
    /// no images are held out; null before the first epoch is done.
    /// </summary>
    /// <remarks>The loss and not the error: on 5,000 images an error of 1 % is uncertain by 0.14 %, more than late epochs differ.</remarks>
    public EpochRecord? Best => options.Validation == 0 ? history.LastOrDefault() : history.MinBy(epoch => epoch.ValidationLoss);

    /// <summary>Begins a run in a new folder.</summary>
    /// <exception cref="InputException">An option lies outside its range, or the folder holds a run already.</exception>
    public static TrainingRun Start(RunOptions options, Dataset data, string path) =>
        new(options, data, complete => RunFolder.Create(path, complete));

    /// <summary>Goes on with the run in a folder, after the last epoch that is complete there; config.json keeps up.</summary>
    /// <param name="options">The options of the run, as its folder has them; more epochs than those may be asked for.</param>
    /// <param name="data">The same data.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">A file of the run is damaged or missing.</exception>
    public static TrainingRun Resume(RunOptions options, Dataset data, RunFolder folder)
    {
        if (options.DataSha256 is { } expected && expected != data.Sha256)
            throw new InputException($"{folder.Path}: expected the data that the run has learnt from, with SHA-256 {expected}; found {data.Name} with {data.Sha256}. Give the same data.");

        TrainingRun run = new(options, data, _ => folder);
        run.ReadState();
        folder.WriteOptions(run.options);
        return run;
    }

    /// <summary>Trains the epochs that are left, then tests the best weights.</summary>
    /// <returns>What the best weights give on the test set.</returns>
    /// <exception cref="DivergenceException">The loss was not finite; the checkpoints are those of the epoch before.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop; the checkpoints are those of the last epoch that was done.</exception>
    public Evaluation Run(ITrainingObserver observer, CancellationToken cancellation)
    {
        ExponentialDecay schedule = new(options.LearningRate, options.LearningRateDecay);
        Batches<float> batches = new(training, recipe.Scaling, options.BatchSize);
        Trainer<float> trainer = new(new Learner<float>(network, loss), optimizer, () => new Learner<float>(recipe.CreateNetwork(options.Seed), recipe.CreateLoss()));
        for (int epoch = history.Count + 1; epoch <= options.Epochs; epoch++)
        {
            long start = Stopwatch.GetTimestamp();
            optimizer.LearningRate = schedule.RateOf(epoch - 1);
            EpochProgress end = TrainEpoch(trainer, batches, epoch, observer, cancellation);
            Evaluation? held = validation.Count == 0 ? null : Evaluation.Run(network, loss, validation, recipe.Scaling);
            EpochRecord record = new(
                epoch, end.Loss, 1 - end.Accuracy, held?.Loss, held?.Confusion.ErrorRate, optimizer.LearningRate,
                Stopwatch.GetElapsedTime(start).TotalSeconds);
            history.Add(record);
            Save(record);
            observer.EpochDone(record, isBest: Best == record);
        }

        return Test(options, folder, data, cancellation);
    }

    /// <summary>What the best weights of a run give on the test set.</summary>
    /// <exception cref="InputException">The data do not fit the model, or the checkpoint is missing, damaged, or of another model.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Evaluation Test(RunOptions options, RunFolder folder, Dataset data, CancellationToken cancellation = default)
    {
        Recipe recipe = Recipe.Find(options.Model);
        Sequential<float> network = recipe.CreateNetwork(options.Seed);
        recipe.CheckFits(network, data.Test);
        Checkpoint.Load(folder.Best, options.Model, network, optimizer: null);
        return Evaluation.Run(network, recipe.CreateLoss(), data.Test, recipe.Scaling, cancellation);
    }

    private void ReadState()
    {
        if (!File.Exists(folder.State))
            return; // stopped before the end of its first epoch

        IReadOnlyDictionary<string, string> notes = Checkpoint.Load(folder.State, options.Model, network, optimizer);
        if (!int.TryParse(notes.GetValueOrDefault(EpochNote), CultureInfo.InvariantCulture, out int done))
            throw new InputException($"{folder.State}: expected a note of the epoch that was done; there is none. Train again in another folder.");
        if (options.Epochs < done)
            throw new InputException($"{folder.Path}: expected at least the {done} epochs that the run has done; found {options.Epochs}. Ask for more, or train again in another folder.");

        // The history is written first, so it may have the row of an epoch whose checkpoint was not finished.
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
                ? "No epoch was finished, so there is no checkpoint yet."
                : $"The weights of epoch {epoch - 1} are in {folder.Last}.";
            throw e.With($"{left} Train again with a smaller learning rate than {options.LearningRate.ToString(CultureInfo.InvariantCulture)}.");
        }
    }

    // The order matters for a run that is killed between two files: what Resume reads comes last.
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
