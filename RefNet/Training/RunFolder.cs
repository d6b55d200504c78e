using RefNet.Blocks;
using RefNet.Interop;

namespace RefNet.Training;

/// <summary>
/// The folder of a training run: config.json, history.csv, best.safetensors, last.safetensors and resume.safetensors,
/// each always complete, histograms.csv where a run keeps it, and a lock that one process at a time holds to train.
/// The folder may come from elsewhere: no link in it is followed. Disposing of it releases the lock.
/// </summary>
public sealed class RunFolder : IDisposable
{
    private RunLock? taken;
    private Exception? whyNotTaken;

    private RunFolder(string path) => Path = path;

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>The weights of the epoch with the smallest validation loss.</summary>
    public string Best => File("best.safetensors");

    /// <summary>The weights of the last epoch.</summary>
    public string Last => File("last.safetensors");

    /// <summary>The weights of the last epoch with the state of the optimizer, for resuming the run.</summary>
    public string State => File("resume.safetensors");

    /// <summary>What was learnt from the training images to prepare inputs, where the run does that.</summary>
    internal string Preparation => File("preparation.safetensors");

    /// <summary>The results of each epoch.</summary>
    internal string History => File("history.csv");

    /// <summary>Histograms of the weights after each epoch, where the run keeps them.</summary>
    internal string Histograms => File("histograms.csv");

    private string Configuration => File("config.json");

    private string Lock => File("lock");

    private IEnumerable<string> Results => [History, Best, Last, State];

    /// <summary>Creates the folder of a new run, and takes its lock. A run that ended before its first epoch was complete is replaced.</summary>
    /// <exception cref="InputException">It holds a run already, another process trains in it, or it cannot be a folder.</exception>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static RunFolder Create(string path, RunOptions options)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new InputException("Expected a folder for the run; found an empty name.");
        if (!Directory.Exists(path) && InputFile.IsThere(path))
            throw new InputException($"{path}: expected a folder; found a file, or a link that leads nowhere. Choose another folder for the run.");

        RunFolder folder = new(path);
        Directory.CreateDirectory(path);
        folder.RefuseLinks();
        folder.taken = RunLock.Take(path, folder.Lock);
        try
        {
            if (folder.Results.FirstOrDefault(InputFile.IsThere) is { } result)
            {
                throw new InputException(InputFile.IsThere(folder.Configuration)
                    ? $"{path} holds a run already. Resume that run, or choose another folder."
                    : $"{path} holds {System.IO.Path.GetFileName(result)} of a run whose config.json is gone. Choose another folder.");
            }

            folder.WriteOptions(options);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The same; if the folder exists, in path-2, path-3 ...</summary>
    public static RunFolder CreateNumbered(string path, RunOptions options)
    {
        for (int number = 1; ; number++)
        {
            string candidate = number == 1 ? path : $"{path}-{number}";
            try
            {
                if (!InputFile.IsThere(candidate))
                    return Create(candidate, options);
            }
            catch (InputException) when (number < 1000)
            {
                // Another process was faster.
            }
        }
    }

    /// <summary>Whether a folder holds a run, with a config.json.</summary>
    public static bool HoldsRun(string path) => InputFile.IsThere(new RunFolder(path).Configuration);

    /// <summary>Opens the folder of a run.</summary>
    /// <exception cref="InputException">It holds no run, or contains a link.</exception>
    public static RunFolder Open(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new InputException("Expected the folder of a training run; found an empty name.");
        RunFolder folder = new(path);
        folder.RefuseLinks();
        return InputFile.IsThere(folder.Configuration)
            ? folder
            : throw new InputException($"{path}: expected the folder of a training run, with a config.json; there is none.");
    }

    /// <summary>Takes the lock, to train. A folder that cannot be written to has none: see <see cref="RequireLock"/>.</summary>
    /// <exception cref="InputException">Another process trains in the folder.</exception>
    public void TakeLock()
    {
        try
        {
            taken ??= RunLock.Take(Path, Lock);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            whyNotTaken = error;
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose()
    {
        taken?.Dispose();
        taken = null;
    }

    /// <summary>Writes config.json.</summary>
    public void WriteOptions(RunOptions options) => Write(Configuration, stream => RunConfiguration.Write(stream, options));

    /// <summary>Reads config.json.</summary>
    /// <exception cref="InputException">
    /// It is not such a configuration, a name in it is unknown or appears twice, or a value is outside its range.
    /// </exception>
    public RunOptions ReadOptions() => RunConfiguration.Read(Configuration);

    /// <summary>Reads history.csv: the completed epochs, first to last.</summary>
    /// <exception cref="InputException">It is not such a table, or a number in it is outside its range.</exception>
    public IReadOnlyList<EpochRecord> ReadHistory() => InputFile.IsThere(History) ? RunHistory.Read(History) : [];

    /// <summary>Reads histograms.csv: for each epoch, first to last, those of each parameter.</summary>
    /// <param name="network">A network of the run's architecture.</param>
    /// <exception cref="InputException">The run keeps none, it is not such a table, or it is of another network.</exception>
    public IReadOnlyList<ParameterHistograms> ReadHistograms(Network<float> network) => RunHistograms.Read(Histograms, network);

    /// <summary>Writes a file of the folder.</summary>
    internal void Write(string path, Action<Stream> write)
    {
        RequireLock();
        AtomicFile.Replace(path, write);
    }

    // A process without the lock writes nothing.
    private void RequireLock()
    {
        if (taken is null)
            throw whyNotTaken ?? new InvalidOperationException($"Expected the lock of {Path} before a file in it is written.");
    }

    // A link in somebody else's folder could point to any file of the reader.
    private void RefuseLinks()
    {
        foreach (string file in Results.Concat([Configuration, Preparation, Histograms, Lock]))
        {
            if (new FileInfo(file).LinkTarget is { } target)
                throw new InputException($"{file}: expected a file of this run; found a link to {target}. Links in a run folder are not followed: put the file itself there.");
        }
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
