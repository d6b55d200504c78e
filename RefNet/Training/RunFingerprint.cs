using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RefNet.Training;

/// <summary>
/// What binds the files of a run folder to each other. Each checkpoint records the fingerprint of the options and that of the
/// history up to its epoch; files of another run, with other options, or with another history have different fingerprints.
/// </summary>
/// <remarks>
/// Fingerprints depend only on what determines the bits of a run, so that the same run has the same fingerprints
/// wherever it is trained. They leave out the paths of the data and of the initial weights, the number of epochs, which
/// may grow unless the learning rate depends on it, the seconds that an epoch took, and whether histograms are kept.
/// </remarks>
internal static class RunFingerprint
{
    // Options added later count only where they differ from the earlier behaviour, so that older runs keep their fingerprints.
    private static readonly HashSet<string> Always = [.. new[]
    {
        nameof(RunOptions.Model), nameof(RunOptions.DataSha256), nameof(RunOptions.Epochs), nameof(RunOptions.BatchSize), nameof(RunOptions.Optimizer), nameof(RunOptions.LearningRate),
        nameof(RunOptions.Schedule), nameof(RunOptions.Momentum), nameof(RunOptions.WeightDecay), nameof(RunOptions.L1), nameof(RunOptions.Seed),
        nameof(RunOptions.Backend), nameof(RunOptions.Tf32), nameof(RunOptions.Validation), nameof(RunOptions.Limit),
    }.Select(RunConfiguration.NameOf)];

    private static readonly RunOptions Usual = new() { Model = "", Epochs = 1, BatchSize = 1, Optimizer = "", LearningRate = 1 };

    /// <summary>The fingerprint of the options of a run, 64 hexadecimal digits.</summary>
    public static string Of(RunOptions options)
    {
        JsonObject deciding = RunConfiguration.ToJson(options), usual = RunConfiguration.ToJson(Usual);
        foreach ((string name, JsonNode? value) in usual)
        {
            if (!Always.Contains(name) && JsonNode.DeepEquals(deciding[name], value))
                deciding.Remove(name);
        }

        deciding.Remove(RunConfiguration.NameOf(nameof(RunOptions.Data)));
        deciding.Remove(RunConfiguration.NameOf(nameof(RunOptions.From))); // its content counts, by its SHA-256
        deciding.Remove(RunConfiguration.NameOf(nameof(RunOptions.KeepHistograms)));
        if (!options.CreateSchedule().SpansTheRun)
            deciding.Remove(RunConfiguration.NameOf(nameof(RunOptions.Epochs)));
        return Sha256(deciding.ToJsonString());
    }

    /// <summary>The fingerprint of some epochs, 64 hexadecimal digits.</summary>
    public static string Of(IEnumerable<EpochRecord> history) => Sha256(string.Concat(history.Select(epoch => string.Create(
        CultureInfo.InvariantCulture,
        $"{epoch.Epoch},{epoch.TrainingLoss:R},{epoch.TrainingError:R},{epoch.ValidationLoss:R},{epoch.ValidationError:R},{epoch.LearningRate:R}\n"))));

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
