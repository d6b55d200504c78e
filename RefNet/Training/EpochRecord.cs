using System.Globalization;

namespace RefNet.Training;

/// <summary>The results of one epoch: a row of history.csv.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="TrainingLoss">The mean loss over the training images, each when the network saw it.</param>
/// <param name="TrainingError">The share of them that was misclassified, 0 to 1.</param>
/// <param name="ValidationLoss">The mean loss on the held-out images at the end of the epoch; null if none are.</param>
/// <param name="ValidationError">The share of those that was misclassified, 0 to 1; null if none are held out.</param>
/// <param name="LearningRate">The learning rate of the first step of this epoch.</param>
/// <param name="Seconds">The duration of the epoch, including validation.</param>
public sealed record EpochRecord(
    int Epoch, double TrainingLoss, double TrainingError, double? ValidationLoss, double? ValidationError, double LearningRate, double Seconds)
{
    /// <summary>The first line of history.csv.</summary>
    public const string CsvHeader = "epoch,training_loss,training_error,validation_loss,validation_error,learning_rate,seconds";

    /// <summary>Of some epochs, the first with the smallest validation loss, or the last if no images are held out; null if there are none.</summary>
    public static EpochRecord? BestOf(IReadOnlyList<EpochRecord> history) =>
        history.Count > 0 && history[0].ValidationLoss is null ? history[^1] : history.MinBy(epoch => epoch.ValidationLoss);

    /// <summary>This row of history.csv; a missing value is empty.</summary>
    public string ToCsv() => string.Create(CultureInfo.InvariantCulture,
        $"{Epoch},{TrainingLoss:R},{TrainingError:R},{ValidationLoss:R},{ValidationError:R},{LearningRate:R},{Seconds:F3}");

    /// <summary>Reads a row of history.csv.</summary>
    /// <exception cref="FormatException">It is not such a row, or a number is not finite or outside its range.</exception>
    public static EpochRecord FromCsv(string row)
    {
        string[] names = CsvHeader.Split(','), fields = row.Split(',');
        if (fields.Length != names.Length)
            throw new FormatException($"a row should have {CsvHeader}; found '{row}'.");
        if (!int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int epoch) || epoch < 1)
            throw new FormatException($"the epoch should be a whole number of 1 or more; found '{fields[0]}'.");
        if ((fields[3].Length == 0) != (fields[4].Length == 0))
            throw new FormatException($"the validation loss and the validation error should both be there, or both be missing; found '{fields[3]}' and '{fields[4]}'.");
        return new EpochRecord(
            epoch, Number(1, double.MinValue), Number(2, 0, most: 1), Optional(3, double.MinValue), Optional(4, 0, most: 1), Number(5, double.Epsilon), Number(6, 0));

        double Number(int at, double least, double most = double.MaxValue) =>
            double.TryParse(fields[at], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= least && number <= most
                ? number
                : throw new FormatException($"the {names[at].Replace('_', ' ')} of epoch {fields[0]} should be a number{Range(least, most)}; found '{fields[at]}'.");

        double? Optional(int at, double least, double most = double.MaxValue) => fields[at].Length == 0 ? null : Number(at, least, most);
    }

    private static string Range(double least, double most) =>
        most == 1 ? " from 0 to 1" : least == 0 ? " of 0 or more" : least > 0 ? " above 0" : " that is finite";
}
