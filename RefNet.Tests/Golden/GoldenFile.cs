using System.Text.Json;
using RefNet.Blocks;
using RefNet.Tensors;

namespace RefNet.Tests.Golden;

/// <summary>One configuration with the arrays that PyTorch computed for it; make_golden.py wrote it.</summary>
public sealed class GoldenCase(JsonElement json)
{
    /// <summary>What the layer, loss or optimiser is built from.</summary>
    public JsonElement Settings { get; } = json.GetProperty("settings");

    /// <summary>The named arrays.</summary>
    public IReadOnlyDictionary<string, Tensor<double>> Arrays { get; } =
        json.GetProperty("arrays").EnumerateObject().ToDictionary(property => property.Name, property => ToTensor(property.Value));

    public int Int(string setting) => Settings.GetProperty(setting).GetInt32();

    public double Double(string setting) => Settings.GetProperty(setting).GetDouble();

    public bool Bool(string setting) => Settings.GetProperty(setting).GetBoolean();

    public int[] Ints(string setting) => [.. Settings.GetProperty(setting).EnumerateArray().Select(number => number.GetInt32())];

    /// <summary>An enumeration value by its name; the default where the setting is missing.</summary>
    public TEnum Named<TEnum>(string setting) where TEnum : struct, Enum =>
        Settings.TryGetProperty(setting, out JsonElement name) ? Enum.Parse<TEnum>(name.GetString()!) : default;

    private static Tensor<double> ToTensor(JsonElement json) => new(
        new Shape([.. json.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32())]),
        [.. json.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())]);
}

/// <summary>The files of golden arrays, which stand beside the tests' assembly: one for each type.</summary>
public static class GoldenFile
{
    // The arrays of Sum are those of a residual block, with and without a projection.
    private const string ResidualBlock = "Residual";

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Golden");

    /// <summary>The names of the types that have arrays.</summary>
    public static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.json")
        .Select(file => Path.GetFileNameWithoutExtension(file)!).Select(file => file == ResidualBlock ? nameof(Sum<>) : file).Order();

    /// <summary>The cases of a type.</summary>
    public static IReadOnlyList<GoldenCase> Cases(string name) =>
        [.. Read(name).GetProperty("cases").EnumerateArray().Select(element => new GoldenCase(element))];

    /// <summary>What computed the arrays of a type.</summary>
    public static string Counterpart(string name) => Read(name).GetProperty("counterpart").GetString()!;

    private static JsonElement Read(string name)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, $"{(name == nameof(Sum<>) ? ResidualBlock : name)}.json")));
        return json.RootElement.Clone();
    }
}
