using System.Globalization;
using RefNet.Blocks;
using RefNet.Models;
using RefNet.Optimizers;

namespace RefNet.Training;

/// <summary>
/// The three checkpoints of a run. Each records its epoch, the fingerprint of the options, and that of the history up to its epoch;
/// they are compared when a run is opened, before anything is trained or overwritten.
/// </summary>
internal sealed class RunCheckpoints(RunFolder folder, RunOptions options)
{
    /// <summary>The note in a checkpoint with the names of the classes, one per line.</summary>
    public const string ClassNamesNote = "class_names";

    private const string EpochNote = "epoch";
    private const string RunNote = "run";
    private const string HistoryNote = "history";

    /// <summary>Saves the state of a run after an epoch.</summary>
    /// <param name="network">Its weights.</param>
    /// <param name="average">The average of them, which is then saved as the best weights; or null.</param>
    /// <param name="optimizer">The state for resuming.</param>
    /// <param name="history">The epochs up to this one.</param>
    /// <param name="isBest">Whether these are the best weights so far.</param>
    /// <param name="classNames">The names of the classes.</param>
    /// <param name="histograms">Those of the weights, or null.</param>
    public void Save(
        Network<float> network, WeightAverage<float>? average, Optimizer<float> optimizer, IReadOnlyList<EpochRecord> history, bool isBest, IEnumerable<string> classNames,
        RunHistograms? histograms)
    {
        KeyValuePair<string, string>[] notes =
        [
            KeyValuePair.Create(EpochNote, history.Count.ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create(RunNote, RunFingerprint.Of(options)),
            KeyValuePair.Create(HistoryNote, RunFingerprint.Of(history)),
            KeyValuePair.Create(ClassNamesNote, string.Join('\n', classNames)),
        ];
        // The order matters if the run is killed between two files: the file that resuming reads comes last.
        folder.Write(folder.History, stream => RunHistory.Write(stream, history));
        if (histograms is not null)
            folder.Write(folder.Histograms, histograms.Write);
        if (isBest)
            folder.Write(folder.Best, stream => Checkpoint.Write(stream, options.Model, average?.Network ?? network, optimizer: null, notes));
        folder.Write(folder.Last, stream => Checkpoint.Write(stream, options.Model, network, optimizer: null, notes, average));
        folder.Write(folder.State, stream => Checkpoint.Write(stream, options.Model, network, optimizer, notes, average));
    }

    /// <summary>Reads the state of a run that is resumed, and checks that all files belong together.</summary>
    /// <returns>The epochs that are done; none if the run was stopped in its first epoch.</returns>
    /// <exception cref="InputException">A file is damaged, missing, or of another run.</exception>
    public IReadOnlyList<EpochRecord> Resume(Network<float> network, WeightAverage<float>? average, Optimizer<float> optimizer)
    {
        IReadOnlyList<EpochRecord> history = File.Exists(folder.History) ? RunHistory.Read(folder.History) : [];
        if (history.FirstOrDefault(epoch => (epoch.ValidationLoss is null) != (options.Validation == 0)) is { } other)
            throw DoNotFit(folder.History, $"epoch {other.Epoch} has {(other.ValidationLoss is null ? "no" : "a")} validation loss, but the run holds out {options.Validation} images");

        int done = 0;
        if (File.Exists(folder.State))
        {
            IReadOnlyDictionary<string, string> notes = Load(folder.State, network, optimizer, average);
            done = EpochOf(folder.State, notes);
            CheckHistory(folder.State, notes, history, done);
        }

        // The history and the best weights are written before the state: if a run was killed in between, they are one epoch ahead.
        if (history.Count < done)
            throw new InputException($"{folder.Path}: expected {done} epochs in history.csv; found {history.Count}. Restore the file, or train again in another folder.");
        if (history.Count > done + 1)
            throw new InputException($"{folder.Path}: expected resume.safetensors of epoch {history.Count} or the one before, as history.csv has it; found {(done == 0 ? "none" : $"that of epoch {done}")}. Restore the file, or train again in another folder.");
        if (done > 0 || File.Exists(folder.Best))
            CheckBest(history, done);
        return [.. history.Take(done)];
    }

    /// <summary>Reads the best weights.</summary>
    /// <returns>The notes saved with them.</returns>
    /// <exception cref="InputException">They are missing, damaged, or of another run.</exception>
    public IReadOnlyDictionary<string, string> LoadBest(Network<float> network) => Load(folder.Best, network, optimizer: null);

    /// <summary>Of some epochs, the first with the smallest validation loss, or the last if no images are held out.</summary>
    public static EpochRecord? BestOf(IReadOnlyList<EpochRecord> history) => EpochRecord.BestOf(history);

    private void CheckBest(IReadOnlyList<EpochRecord> history, int done)
    {
        IReadOnlyDictionary<string, string> notes = LoadBest(Architectures.Find(options.Model).Create<float>(options.Seed));
        int found = EpochOf(folder.Best, notes);
        int? best = BestOf([.. history.Take(done)])?.Epoch;
        if (found != best && found != done + 1)
            throw DoNotFit(folder.Best, $"it has the weights of epoch {found}, but the best one in history.csv is {best}");
        CheckHistory(folder.Best, notes, history, found);
    }

    private IReadOnlyDictionary<string, string> Load(string path, Network<float> network, Optimizer<float>? optimizer, WeightAverage<float>? average = null)
    {
        IReadOnlyDictionary<string, string> notes = Checkpoint.Load(path, options.Model, network, optimizer, average);
        if (!notes.TryGetValue(RunNote, out string? run))
            throw new InputException($"{path}: expected a note of the run that it belongs to; found none. It was made by an older version of RefNet, or is no checkpoint of a run: train again.");
        if (run != RunFingerprint.Of(options))
            throw DoNotFit(path, "it was trained with other options than config.json has, or on other data");
        return notes;
    }

    private static int EpochOf(string path, IReadOnlyDictionary<string, string> notes) =>
        int.TryParse(notes.GetValueOrDefault(EpochNote), NumberStyles.None, CultureInfo.InvariantCulture, out int epoch) && epoch >= 1
            ? epoch
            : throw new InputException($"{path}: expected a note of the epoch, 1 or more; found '{notes.GetValueOrDefault(EpochNote)}'. Train again in another folder.");

    private static void CheckHistory(string path, IReadOnlyDictionary<string, string> notes, IReadOnlyList<EpochRecord> history, int epoch)
    {
        if (history.Count >= epoch && notes.GetValueOrDefault(HistoryNote) != RunFingerprint.Of(history.Take(epoch)))
            throw DoNotFit(path, "it was trained with another history than history.csv has");
    }

    internal static InputException DoNotFit(string path, string why) =>
        new($"{path}: the files of this run do not belong together: {why}. Restore the files as they were, or train again in another folder.");
}
