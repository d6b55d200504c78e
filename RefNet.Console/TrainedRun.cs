using RefNet.Backends;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>What a run folder holds: options, history, and the network with the best weights.</summary>
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

    /// <summary>One epoch or more.</summary>
    public IReadOnlyList<EpochRecord> History { get; }

    /// <summary>The epoch whose weights the network has.</summary>
    public EpochRecord Best { get; }

    public Network<float> Network => Trained.Network;

    /// <summary>The network with what it takes to ask it.</summary>
    public BestNetwork Trained { get; }

    /// <summary>The duration of all epochs.</summary>
    public TimeSpan Time => TimeSpan.FromSeconds(History.Sum(epoch => epoch.Seconds));

    /// <summary>Whether patience ended it.</summary>
    public bool StoppedEarly => Options.Patience > 0 && EarlyStopping.IsDue([.. History.Select(epoch => epoch.ValidationLoss ?? double.NaN)], Options.Patience);

    /// <summary>Opens a run.</summary>
    /// <exception cref="InputException">It holds no epoch, or its files are damaged.</exception>
    public static TrainedRun Open(string path, IBackend<float> backend)
    {
        RunFolder folder = RunFolder.Open(path);
        RunOptions options = folder.ReadOptions();
        IReadOnlyList<EpochRecord> history = folder.ReadHistory();
        if (history.Count == 0)
            throw new InputException($"{path}: expected a run with an epoch or more; found none that is done. Train it first.");
        return new TrainedRun(folder, options, history, BestNetwork.Load(options, folder, backend));
    }

    /// <summary>The name of a class, with its number where that is another.</summary>
    public string Name(int c) => Format.Class(c, Trained.ClassNames);

    /// <summary>Reads the data that the run was trained on.</summary>
    /// <param name="moved">Where the user says that they are; null for where the run found them.</param>
    /// <exception cref="InputException">They are not there, or others.</exception>
    public Dataset ReadData(string? moved)
    {
        Dataset set = Dataset.Load(DataFolders.Find(moved ?? Options.Data).Folder);
        TrainingRun.CheckData(Options, set, Folder, "");
        Architecture.CheckFits(set.Test);
        return set;
    }
}
