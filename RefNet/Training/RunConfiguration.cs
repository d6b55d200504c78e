using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using RefNet.Interop;
using static System.FormattableString;

namespace RefNet.Training;

/// <summary>config.json of a run folder: the options of the run, by name.</summary>
internal static class RunConfiguration
{
    // What older versions of RefNet recorded instead of the backend.
    private const string OldBackend = "device";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    private static IList<JsonPropertyInfo> Properties => Json.GetTypeInfo(typeof(RunOptions)).Properties;

    /// <summary>The name of a property of <see cref="RunOptions"/> in the file.</summary>
    public static string NameOf(string property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property);

    /// <summary>The options as in the file.</summary>
    public static JsonObject ToJson(RunOptions options) => JsonSerializer.SerializeToNode(options, Json)!.AsObject();

    /// <summary>Writes the options.</summary>
    public static void Write(Stream stream, RunOptions options)
    {
        JsonSerializer.Serialize(stream, options, Json);
        stream.WriteByte((byte)'\n');
    }

    /// <summary>Reads the options.</summary>
    /// <exception cref="InputException">
    /// It is not such a configuration, a name in it is unknown or appears twice, or a value is outside its range.
    /// </exception>
    public static RunOptions Read(string path)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(InputFile.ReadText(path, FileLimits.Configuration));
            CheckNames(path, json.RootElement);
            RunOptions options = json.Deserialize<RunOptions>(Json)!;
            CheckValues(path, options);
            return options;
        }
        catch (JsonException e)
        {
            throw Error(path, Problem(e), e);
        }
    }

    // A typo in a name must not silently leave the default in force.
    private static void CheckNames(string path, JsonElement options)
    {
        if (options.ValueKind != JsonValueKind.Object)
            throw Error(path, $"it is no object of options but {options.ValueKind}.");

        string[] known = [.. Properties.Select(property => property.Name)];
        HashSet<string> seen = [];
        foreach (JsonProperty option in options.EnumerateObject())
        {
            if (option.Name == OldBackend)
                throw new InputException($"{path}: this run was made by an older version of RefNet, which wrote '{OldBackend}' for what is now 'backend'; its checkpoints cannot be read. Train again.");
            if (!known.Contains(option.Name))
                throw Error(path, $"the option '{option.Name}' is not known{(Suggestion.Nearest(option.Name, known) is { } nearest ? $"; did you mean '{nearest}'?" : $" (known are {string.Join(", ", known)}).")}");
            if (!seen.Add(option.Name))
                throw Error(path, $"the option '{option.Name}' appears twice.");
        }

        if (Properties.FirstOrDefault(property => property.IsRequired && !seen.Contains(property.Name)) is { } missing)
            throw Error(path, $"the option '{missing.Name}' is missing.");
    }

    private static void CheckValues(string path, RunOptions options)
    {
        try
        {
            options.Check();
        }
        catch (InputException e)
        {
            throw new InputException($"{path}: {e.Message}", e);
        }
    }

    // What is wrong, and where; .NET knows the option where only its value is wrong.
    private static string Problem(JsonException error)
    {
        string place = JsonPlace.Of(error);
        return Properties.FirstOrDefault(property => error.Path == $"$.{property.Name}") is { } option
            ? $"the option '{option.Name}' (before {place}) should be {Kind(option.PropertyType)}."
            : $"it is no valid JSON from {place} on.";
    }

    private static string Kind(Type type) =>
        type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "a text in quotes"
        : type == typeof(double) ? "a number"
        : Invariant($"a whole number from {int.MinValue} to {int.MaxValue}");

    private static InputException Error(string path, string problem, Exception? cause = null) =>
        new($"{path}: expected the configuration of a run; {problem} Restore the file, or train again.", cause!);
}
