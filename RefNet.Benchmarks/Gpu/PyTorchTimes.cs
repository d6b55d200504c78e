using System.Text.Json;

namespace RefNet.Benchmarks.Gpu;

/// <summary>PyTorch's times on the card, in seconds, as recorded by PyTorch/gpu.py; empty where it did not run.</summary>
internal sealed class PyTorchTimes(IReadOnlyDictionary<string, double> seconds)
{
    public static PyTorchTimes Read(string? path) =>
        new(path is null || !File.Exists(path) ? new Dictionary<string, double>() : JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(path))!);

    public double? this[string name] => seconds.TryGetValue(name, out double value) ? value : null;
}
