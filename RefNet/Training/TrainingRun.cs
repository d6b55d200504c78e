using System.Diagnostics;
using System.Globalization;
using RefNet.Backends;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Models;
using RefNet.Optimizers.Schedules;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>
/// A training run from its options to its test error: it splits the data, trains epoch by epoch, writes a checkpoint after
/// each, and uses the test set once, at the end. A run that was stopped and resumed ends with the same bits as an uninterrupted one.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    private const int ProbeImages = 64;

    private readonly RunOptions options;
    private readonly RunFolder folder;
    private readonly RunCheckpoints checkpoints;
    private readonly TrainingSetup setup;
    private readonly Dataset data;
    private readonly ImageSet probe;
    private readonly List<EpochRecord> history = [];
    private readonly RunHistograms? histograms;
    private double rateFactor = 1;

    // The folder is opened last, once everything else is known to be valid.
    private TrainingRun(RunOptions options, Dataset data, IBackend<float> backend, Func<RunOptions, RunFolder> openFolder, bool isNew)
    {
        setup = new TrainingSetup(options, data, backend);
        // A resumed run has its weights from the checkpoint.
        if (isNew)
        {
            options = FirstWeights.Bind(options);
            Redrawn = setup.LoadFirstWeights();
        }

        this.options = options with { DataSha256 = data.Sha256 };
        this.data = data;
        histograms = options.KeepHistograms ? new RunHistograms(setup.Network) : null;
        probe = (setup.Validation.Count > 0 ? setup.Validation : setup.Training).Take(ProbeImages);
        folder = openFolder(this.options);
        checkpoints = new RunCheckpoints(folder, this.options);
    }

    /// <summary>The folder of the run.</summary>
    public RunFolder Folder => folder;

    /// <summary>The number of images in an epoch.</summary>
    public int TrainingImages => setup.Training.Count;

    /// <summary>The number of the epoch after which the run can be resumed; 0 if it starts from the beginning.</summary>
    public int SavedEpochs { get; private set; }

    /// <summary>The network that is validated and saved as the best: the trained one, or its average. Read it on the training thread, in an observer.</summary>
    public Network<float> Network => setup.Average?.Network ?? setup.Network;

    /// <summary>The images held out; none, or some.</summary>
    public ImageSet Validation => setup.Validation;

    /// <summary>
    /// The factor of the schedule's rate from the next step on, above 0: 1 until it is set by hand, from any thread.
    /// The options of a run do not record it, so they no longer reproduce its bits; history.csv has the rates.
    /// </summary>
    public double RateFactor
    {
        get => Volatile.Read(ref rateFactor);
        set => Volatile.Write(ref rateFactor, value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a finite factor above 0."));
    }

    /// <summary>In a run that starts from existing weights, the layers with random weights, since they have other classes.</summary>
    public IReadOnlyList<string> Redrawn { get; } = [];

    /// <summary>The completed epochs, first to last.</summary>
    public IReadOnlyList<EpochRecord> History => history;

    /// <summary>
    /// The epoch whose weights are in best.safetensors: the first with the smallest validation loss, or the last epoch if no
    /// images are held out; null before the first epoch is done.
    /// </summary>
    /// <remarks>The loss, not the error: on 5,000 images an error of 1 % is uncertain by 0.14 %, more than late epochs differ from each other.</remarks>
    public EpochRecord? Best => RunCheckpoints.BestOf(history);

    /// <summary>Whether the run's patience is exhausted: no more epochs are trained.</summary>
    public bool StoppedEarly => options.Patience > 0 && EarlyStopping.IsDue(ValidationLosses, options.Patience);

    private double[] ValidationLosses => [.. history.Select(done => done.ValidationLoss ?? double.NaN)];

    /// <summary>Starts a run in a new folder, whose lock it holds until it has ended or is disposed of.</summary>
    /// <param name="options">The options of the run.</param>
    /// <param name="data">The data set.</param>
    /// <param name="path">The folder.</param>
    /// <param name="backend">The backend of the network; the default backend if null.</param>
    /// <param name="numbered">Whether to create a folder with a numbered name if the folder exists.</param>
    /// <exception cref="InputException">An option is outside its range, the folder holds a run already, or another process trains in it.</exception>
    public static TrainingRun Start(RunOptions options, Dataset data, string path, IBackend<float>? backend = null, bool numbered = false) =>
        new(options, data, backend ?? BackendDefaults<float>.Backend, complete => numbered ? RunFolder.CreateNumbered(path, complete) : RunFolder.Create(path, complete), isNew: true);

    /// <summary>Resumes the run in a folder after its last complete epoch, and updates config.json if there is something to train.</summary>
    /// <param name="options">The options of the run, as in its folder; the number of epochs may be larger.</param>
    /// <param name="data">The same data.</param>
    /// <param name="folder">The folder, whose lock the run holds until it has ended or is disposed of.</param>
    /// <param name="backend">Where the network computes, which should be where it did; the default backend if none is given.</param>
    /// <exception cref="InputException">
    /// A file of the run is damaged, missing, or does not belong to the others; the data differ; or another process trains in the folder.
    /// </exception>
    public static TrainingRun Resume(RunOptions options, Dataset data, RunFolder folder, IBackend<float>? backend = null)
    {
        folder.TakeLock();
        try
        {
            CheckData(options, data, folder, "");
            TrainingRun run = new(options, data, backend ?? BackendDefaults<float>.Backend, _ => folder, isNew: false);
            run.history.AddRange(run.checkpoints.Resume(run.setup.Network, run.setup.Average, run.setup.Optimizer));
            int done = run.SavedEpochs = run.history.Count;
            if (done > 0)
                run.histograms?.Resume(folder, done);
            if (options.Epochs < done)
                throw new InputException($"{folder.Path}: expected at least the {done} epochs that are complete; found {options.Epochs}. Ask for more, or train again in another folder.");
            // A completed run can be tested again in a read-only folder.
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

    /// <summary>Starts a run in a folder, or resumes the one it holds: a command with several runs can be repeated.</summary>
    /// <inheritdoc cref="Start"/>
    public static TrainingRun StartOrResume(RunOptions options, Dataset data, string path, IBackend<float>? backend = null)
    {
        if (!RunFolder.HoldsRun(path))
            return Start(options, data, path, backend);
        RunFolder folder = RunFolder.Open(path);
        RunOptions found = folder.ReadOptions();
        options = FirstWeights.Bind(options);
        if (RunFingerprint.Of(options with { DataSha256 = found.DataSha256 }) != RunFingerprint.Of(found) || found.Epochs > options.Epochs)
            throw new InputException($"{path} holds a run with other options. Give those that it has, or choose another folder.");
        return Resume(found with { Epochs = options.Epochs }, data, folder, backend);
    }

    /// <summary>Checks that a run was trained on these data.</summary>
    /// <param name="options">The options of the run.</param>
    /// <param name="data">The data set.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="otherwise">An alternative to giving the same data, for the error: a sentence, or nothing.</param>
    /// <exception cref="InputException">The data differ.</exception>
    public static void CheckData(RunOptions options, Dataset data, RunFolder folder, string otherwise)
    {
        if (options.DataSha256 != data.Sha256)
            throw new InputException($"{folder.Path}: expected the data that the run was trained on, with SHA-256 {options.DataSha256}; found {data.Name} with {data.Sha256}. Give the same data. {otherwise}".TrimEnd());
    }

    /// <summary>Trains the remaining epochs, or until patience ends, then tests the best weights.</summary>
    /// <returns>The results of the best weights on the test set.</returns>
    /// <exception cref="DivergenceException">A loss was not finite; the checkpoints are those of the epoch before.</exception>
    /// <exception cref="OperationCanceledException">A stop was requested; the checkpoints are those of the last epoch that was done.</exception>
    public Evaluation Run(ITrainingObserver observer, CancellationToken cancellation)
    {
        using RunFolder held = folder;
        TrainEpochs(observer, cancellation);
        Evaluation test = Test(options, folder, data, setup.Network.Backend, cancellation);
        if (!double.IsFinite(test.Loss))
            throw NotFinite("The loss on the test images", test.Loss, history.Count);
        return test;
    }

    /// <summary>Trains as <see cref="Run"/> does, without using the test set.</summary>
    /// <exception cref="DivergenceException">A loss was not finite; the checkpoints are those of the epoch before.</exception>
    /// <exception cref="OperationCanceledException">A stop was requested; the checkpoints are those of the last epoch that was done.</exception>
    public void Train(ITrainingObserver observer, CancellationToken cancellation)
    {
        using RunFolder held = folder;
        TrainEpochs(observer, cancellation);
    }

    /// <summary>Runs <see cref="Network"/> on images, as validation does, on the training thread, without changing the run.</summary>
    /// <param name="images">The images.</param>
    /// <param name="answered">Receives each batch with the outputs of the network, which are valid until the next one.</param>
    public void Ask(ImageSet images, Action<Batch<float>, Tensor<float>> answered) => setup.Evaluate(Network, images, answered);

    /// <summary>The class that the outputs of one sample predict.</summary>
    public int Decide(ReadOnlySpan<float> y) => setup.Loss.Decide(y);

    /// <summary>Gives the lock of the folder back.</summary>
    public void Dispose() => folder.Dispose();

    private void TrainEpochs(ITrainingObserver observer, CancellationToken cancellation)
    {
        LearningRateSchedule schedule = options.CreateSchedule();
        PrepareInputs();
        Batches<float> batches = setup.CreateBatches();
        Trainer<float> trainer = setup.CreateTrainer();
        (double, int) probed = Probe();
        histograms?.Begin();
        for (int epoch = history.Count + 1; epoch <= options.Epochs && !StoppedEarly; epoch++)
        {
            long start = Stopwatch.GetTimestamp();
            double[] losses = ValidationLosses;
            double firstRate = RateFactor * schedule.RateOf(epoch - 1, losses);
            EpochProgress end = TrainEpoch(trainer, batches, epoch, t => RateFactor * schedule.RateOf(t, losses), observer, cancellation);
            Evaluation? held = setup.Validation.Count == 0 ? null : setup.Evaluate(Network, setup.Validation);
            if (held is not null && !double.IsFinite(held.Loss))
                throw NotFinite("The validation loss", held.Loss, epoch);
            EpochRecord record = new(
                epoch, end.Loss, 1 - end.Accuracy, held?.Loss, held?.Confusion.ErrorRate, firstRate,
                Stopwatch.GetElapsedTime(start).TotalSeconds);
            history.Add(record);
            histograms?.Add(epoch);
            checkpoints.Save(setup.Network, setup.Average, setup.Optimizer, history, isBest: Best == record, data.Training.ClassNames, histograms);
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
    /// <param name="backend">The backend of the network; the default backend if null.</param>
    /// <param name="cancellation">A request to stop.</param>
    /// <exception cref="InputException">The data do not fit the model, or the checkpoint is missing, damaged, or of another model or run.</exception>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    public static Evaluation Test(
        RunOptions options, RunFolder folder, Dataset data, IBackend<float>? backend = null, CancellationToken cancellation = default)
    {
        Architectures.Find(options.Model).CheckFits(data.Test);
        return BestNetwork.Load(options, folder, backend).Test(data.Test, cancellation);
    }

    // Learnt once, when the run starts; resuming and evaluation read the file.
    private void PrepareInputs()
    {
        if (history.Count > 0)
        {
            setup.Preparation = RunPreparation.Load(options, folder);
            return;
        }

        setup.Preparation = setup.LearnPreparation();
        RunPreparation.Save(options, folder, setup.Preparation);
    }

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
        Evaluation result = setup.Evaluate(setup.Network, probe);
        return (result.Loss, result.Confusion.Errors);
    }
}
