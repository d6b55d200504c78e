using System.Text.Json;
using RefNet.Interop;

namespace RefNet.Training;

/// <summary>
/// The folder of a training run: config.json, history.csv, best.safetensors, last.safetensors and resume.safetensors. Each
/// file is written aside and renamed, so that whatever happens the one before it stays whole.
/// </summary>
public sealed class RunFolder
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private RunFolder(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The weights of the epoch with the smallest validation loss.</summary>
    public string Best => File("best.safetensors");

    /// <summary>The weights of the last epoch.</summary>
    public string Last => File("last.safetensors");

    /// <summary>The last epoch with the state of the optimiser: what a run is resumed from.</summary>
    public string State => File("resume.safetensors");

    private string Configuration => File("config.json");

    private string History => File("history.csv");

    /// <summary>Makes the folder of a new run.</summary>
    /// <exception cref="InputException">It holds a run already.</exception>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static RunFolder Create(string path, RunOptions options)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new InputException("Expected a folder for the run; found an empty name.");
        RunFolder folder = new(path);
        if (System.IO.File.Exists(path))
            throw new InputException($"{path}: expected a folder; found a file. Choose another folder for the run.");
        if (System.IO.File.Exists(folder.Configuration))
            throw new InputException($"{path} holds a run already. Resume that run, or choose another folder.");
        Directory.CreateDirectory(path);
        folder.WriteOptions(options);
        return folder;
    }

    /// <summary>Opens the folder of a run.</summary>
    /// <exception cref="InputException">There is no run.</exception>
    public static RunFolder Open(string path)
    {
        RunFolder folder = new(path);
        return System.IO.File.Exists(folder.Configuration)
            ? folder
            : throw new InputException($"{path}: expected the folder of a training run, with a config.json; there is none.");
    }

    /// <summary>Writes config.json.</summary>
    public void WriteOptions(RunOptions options) => AtomicFile.Write(Configuration, stream =>
    {
        JsonSerializer.Serialize(stream, options, Json);
        stream.WriteByte((byte)'\n');
    });

    /// <summary>Reads config.json.</summary>
    /// <exception cref="InputException">It is no configuration, or a value lies outside its range.</exception>
    public RunOptions ReadOptions()
    {
        try
        {
            RunOptions options = JsonSerializer.Deserialize<RunOptions>(System.IO.File.ReadAllBytes(Configuration), Json)
                ?? throw new JsonException("it is null");
            options.Check();
            return options;
        }
        catch (JsonException e)
        {
            throw new InputException($"{Configuration}: expected the configuration of a run; {e.Message} Restore the file, or train again.", e);
        }
    }

    /// <summary>Writes history.csv.</summary>
    public void WriteHistory(IEnumerable<EpochRecord> history) => AtomicFile.Write(History, stream =>
    {
        using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(EpochRecord.CsvHeader);
        foreach (EpochRecord epoch in history)
            writer.WriteLine(epoch.ToCsv());
    });

    /// <summary>Reads history.csv.</summary>
    /// <exception cref="InputException">It is no such table.</exception>
    public IReadOnlyList<EpochRecord> ReadHistory()
    {
        try
        {
            return [.. System.IO.File.ReadLines(History).Skip(1).Select(EpochRecord.FromCsv)];
        }
        catch (Exception e) when (e is FormatException or OverflowException or FileNotFoundException)
        {
            throw new InputException($"{History}: expected a row for each epoch; {e.Message}", e);
        }
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
