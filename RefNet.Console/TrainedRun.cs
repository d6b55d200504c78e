using RefNet.Backends;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Data.Preparation;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>What a run folder holds: options, history, and the network with the best weights.</summary>
internal sealed class TrainedRun
{
    private readonly string[]? names;

    private TrainedRun(RunFolder folder, RunOptions options, IReadOnlyList<EpochRecord> history, Network<float> network, string[]? names)
    {
        (Folder, Options, History, Network, this.names) = (folder, options, history, network, names);
        Architecture = Architectures.Find(options.Model);
        Best = EpochRecord.BestOf(history)!;
    }

    public RunFolder Folder { get; }

    public RunOptions Options { get; }

    public Architecture Architecture { get; }

    /// <summary>One epoch or more.</summary>
    public IReadOnlyList<EpochRecord> History { get; }

    /// <summary>The epoch whose weights the network has.</summary>
    public EpochRecord Best { get; }

    public Network<float> Network { get; }

    /// <summary>The duration of all epochs.</summary>
    public TimeSpan Time => TimeSpan.FromSeconds(History.Sum(epoch => epoch.Seconds));

    /// <summary>Whether patience ended it.</summary>
    public bool StoppedEarly => Options.Patience > 0 && EarlyStopping.IsDue([.. History.Select(epoch => epoch.ValidationLoss ?? double.NaN)], Options.Patience);

    /// <summary>What preparation the run learnt; null for none.</summary>
    public InputPreparation<float>? Preparation => TrainingRun.LoadPreparation(Options, Folder);

    /// <summary>Opens a run.</summary>
    /// <exception cref="InputException">It holds no epoch, or its files are damaged.</exception>
    public static TrainedRun Open(string path, IBackend<float> backend)
    {
        RunFolder folder = RunFolder.Open(path);
        RunOptions options = folder.ReadOptions();
        IReadOnlyList<EpochRecord> history = folder.ReadHistory();
        if (history.Count == 0)
            throw new InputException($"{path}: expected a run with an epoch or more; found none that is done. Train it first.");
        Network<float> network = Architectures.Find(options.Model).Create<float>(options.Seed);
        network.To(backend);
        string[]? names = TrainingRun.LoadBest(options, folder, network).GetValueOrDefault(TrainingRun.ClassNamesNote)?.Split('\n');
        return new TrainedRun(folder, options, history, network, names);
    }

    /// <summary>The name of a class, with its number where that is another.</summary>
    public string Name(int c) => c < names?.Length ? Format.Class(c, names[c]) : $"{c}";

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
