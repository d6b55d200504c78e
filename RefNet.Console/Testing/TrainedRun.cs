using RefNet.Backends;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>The contents of a run folder: options, history, and the network with the best weights.</summary>
internal sealed class TrainedRun
{
    private TrainedRun(RunFolder folder, RunOptions options, IReadOnlyList<EpochRecord> history, BestNetwork trained)
    {
        (Folder, Options, History, Trained) = (folder, options, history, trained);
        Best = EpochRecord.BestOf(history)!;
    }

    public RunFolder Folder { get; }

    public RunOptions Options { get; }

    public Architecture Architecture => Trained.Architecture;

    /// <summary>The epochs, one or more.</summary>
    public IReadOnlyList<EpochRecord> History { get; }

    /// <summary>The epoch of the network's weights.</summary>
    public EpochRecord Best { get; }

    public Network<float> Network => Trained.Network;

    /// <summary>The network, ready to classify images.</summary>
    public BestNetwork Trained { get; }

    /// <summary>The duration of all epochs.</summary>
    public TimeSpan Time => TimeSpan.FromSeconds(History.Sum(epoch => epoch.Seconds));

    /// <summary>Whether early stopping ended it.</summary>
    public bool StoppedEarly => Options.Patience > 0 && EarlyStopping.IsDue([.. History.Select(epoch => epoch.ValidationLoss ?? double.NaN)], Options.Patience);

    /// <summary>Opens a run.</summary>
    /// <exception cref="InputException">It has no finished epoch, or its files are damaged.</exception>
    public static TrainedRun Open(string path, IBackend<float> backend)
    {
        RunFolder folder = RunFolder.Open(path);
        RunOptions options = folder.ReadOptions();
        IReadOnlyList<EpochRecord> history = folder.ReadHistory();
        if (history.Count == 0)
            throw new InputException($"{path}: expected a run with at least one finished epoch; found none. Train it first.");
        return new TrainedRun(folder, options, history, BestNetwork.Load(options, folder, backend));
    }

    /// <summary>The name of a class, with its number unless the name is the number.</summary>
    public string Name(int c) => Format.Class(c, Trained.ClassNames);

    /// <summary>Reads the run's data set.</summary>
    /// <param name="moved">Its present folder; null for the run's own record.</param>
    /// <exception cref="InputException">The data are missing or differ.</exception>
    public Dataset ReadData(string? moved)
    {
        Dataset set = Dataset.Load(DataFolders.Find(moved ?? Options.Data).Folder);
        TrainingRun.CheckData(Options, set, Folder, "");
        Architecture.CheckFits(set.Test);
        return set;
    }
}
