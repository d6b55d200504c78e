using System.Globalization;

namespace RefNet.Training;

/// <summary>The results of one epoch: a row of history.csv.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="TrainingLoss">The mean loss over the training images, each when the network saw it.</param>
/// <param name="TrainingError">The share of them that was wrong, 0 to 1.</param>
/// <param name="ValidationLoss">The mean loss on the held-out images at the end of the epoch; null if none are.</param>
/// <param name="ValidationError">The share of those that was wrong, 0 to 1; null if none are held out.</param>
/// <param name="LearningRate">The learning rate of this epoch.</param>
/// <param name="Seconds">The duration of the epoch, validation included.</param>
public sealed record EpochRecord(
    int Epoch, double TrainingLoss, double TrainingError, double? ValidationLoss, double? ValidationError, double LearningRate, double Seconds)
{
    /// <summary>The first line of history.csv.</summary>
    public const string CsvHeader = "epoch,training_loss,training_error,validation_loss,validation_error,learning_rate,seconds";

    /// <summary>This row of history.csv; a missing value is empty.</summary>
    public string ToCsv() => string.Create(CultureInfo.InvariantCulture,
        $"{Epoch},{TrainingLoss:R},{TrainingError:R},{ValidationLoss:R},{ValidationError:R},{LearningRate:R},{Seconds:F3}");

    /// <summary>Reads a row of history.csv.</summary>
    /// <exception cref="FormatException">It is not such a row.</exception>
    public static EpochRecord FromCsv(string row)
    {
        string[] fields = row.Split(',');
        if (fields.Length != CsvHeader.Split(',').Length)
            throw new FormatException($"expected {CsvHeader}");
        return new EpochRecord(
            int.Parse(fields[0], CultureInfo.InvariantCulture), Number(fields[1]), Number(fields[2]),
            Optional(fields[3]), Optional(fields[4]), Number(fields[5]), Number(fields[6]));
    }

    private static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);

    private static double? Optional(string field) => field.Length == 0 ? null : Number(field);
}
