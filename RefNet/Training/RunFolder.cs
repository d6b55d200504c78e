using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RefNet.Interop;

namespace RefNet.Training;

/// <summary>
/// The folder of a training run: config.json, history.csv, best.safetensors, last.safetensors and resume.safetensors. Each
/// file is written under another name and renamed, so that its name always has whole contents.
/// </summary>
public sealed class RunFolder
{
    // What older versions of RefNet noted in place of the backend.
    private const string OldBackend = "device";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    private RunFolder(string path) => Path = path;

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>The weights of the epoch with the smallest validation loss.</summary>
    public string Best => File("best.safetensors");

    /// <summary>The weights of the last epoch.</summary>
    public string Last => File("last.safetensors");

    /// <summary>The weights of the last epoch with the state of the optimizer, for resuming the run.</summary>
    public string State => File("resume.safetensors");

    private string Configuration => File("config.json");

    private string History => File("history.csv");

    /// <summary>Creates the folder of a new run.</summary>
    /// <exception cref="InputException">It holds a run already.</exception>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static RunFolder Create(string path, RunOptions options)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new InputException("Expected a folder for the run; found an empty name.");
        RunFolder folder = new(path);
        if (System.IO.File.Exists(path))
            throw new InputException($"{path}: expected a folder; found a file. Choose another folder for the run.");
        if (InputFile.IsThere(folder.Configuration))
            throw new InputException($"{path} holds a run already. Resume that run, or choose another folder.");
        Directory.CreateDirectory(path);
        folder.WriteOptions(options);
        return folder;
    }

    /// <summary>Opens the folder of a run.</summary>
    /// <exception cref="InputException">It holds no run.</exception>
    public static RunFolder Open(string path)
    {
        RunFolder folder = new(path);
        return InputFile.IsThere(folder.Configuration)
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
    /// <exception cref="InputException">
    /// It is not such a configuration, a name in it is unknown or appears twice, or a value is outside its range.
    /// </exception>
    public RunOptions ReadOptions()
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(InputFile.ReadText(Configuration, FileLimits.Configuration));
            CheckNames(json.RootElement);
            RunOptions options = json.Deserialize<RunOptions>(Json) ?? throw new JsonException("it is null");
            options.Check();
            return options;
        }
        catch (JsonException e)
        {
            throw NoConfiguration(e.Message, e);
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
    /// <exception cref="InputException">It is not such a table.</exception>
    public IReadOnlyList<EpochRecord> ReadHistory()
    {
        try
        {
            return [.. InputFile.ReadLines(History, FileLimits.History).Skip(1).Select(EpochRecord.FromCsv)];
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new InputException($"{History}: expected a row for each epoch; {e.Message}", e);
        }
    }

    // A slip of the pen in a name must not silently leave the default in force.
    private void CheckNames(JsonElement options)
    {
        if (options.ValueKind != JsonValueKind.Object)
            throw NoConfiguration($"it is no object of options but {options.ValueKind}.");

        string[] known = [.. Json.GetTypeInfo(typeof(RunOptions)).Properties.Select(property => property.Name)];
        HashSet<string> seen = [];
        foreach (JsonProperty option in options.EnumerateObject())
        {
            if (option.Name == OldBackend)
                throw new InputException($"{Configuration}: this run was made by an older version of RefNet, which wrote '{OldBackend}' for what is now 'backend'; its checkpoints cannot be read. Train again.");
            if (!known.Contains(option.Name))
                throw NoConfiguration($"the option '{option.Name}' is not known{(Suggestion.Nearest(option.Name, known) is { } nearest ? $"; did you mean '{nearest}'?" : $" (known are {string.Join(", ", known)}).")}");
            if (!seen.Add(option.Name))
                throw NoConfiguration($"the option '{option.Name}' appears twice.");
        }
    }

    private InputException NoConfiguration(string problem, Exception? cause = null) =>
        new($"{Configuration}: expected the configuration of a run; {problem} Restore the file, or train again.", cause!);

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
