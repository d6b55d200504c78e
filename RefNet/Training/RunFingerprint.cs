using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RefNet.Training;

/// <summary>
/// What binds the files of a run folder to each other. Each checkpoint notes the fingerprint of the options and that of the history
/// up to its epoch; files of another run, of other options, or with another history have other ones.
/// </summary>
/// <remarks>
/// Fingerprints are functions of what decides the bits of a run, so that the same run has the same ones wherever it is trained: the
/// path of the data, the number of epochs, which may grow unless the learning rate depends on it, and the seconds that an epoch took are left out.
/// </remarks>
internal static class RunFingerprint
{
    /// <summary>The fingerprint of the options of a run, 64 hexadecimal digits.</summary>
    public static string Of(RunOptions options)
    {
        JsonObject deciding = RunConfiguration.ToJson(options);
        deciding.Remove(RunConfiguration.NameOf(nameof(RunOptions.Data)));
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
