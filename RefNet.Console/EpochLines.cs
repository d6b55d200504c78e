using RefNet.Training;

namespace RefNet.Console;

/// <summary>Shows one line per epoch, below a line with the names of the columns.</summary>
internal sealed class EpochLines(Terminal terminal, int epochs) : ITrainingObserver
{
    private bool headerWritten;

    public void StepDone(EpochProgress progress) { }

    public void EpochDone(EpochRecord epoch, bool isBest)
    {
        if (!headerWritten)
            terminal.WriteLine(Line("epoch", "training loss", "validation loss", "validation error", "learning rate", "time", ""));
        headerWritten = true;

        string validationLoss = epoch.ValidationLoss is { } loss ? Format.Loss(loss) : "-";
        string validationError = epoch.ValidationError is { } error ? Format.Percent(error) : "-";
        terminal.WriteLine(Line(
            $"{epoch.Epoch}/{epochs}", Format.Loss(epoch.TrainingLoss), validationLoss, validationError, Format.Number(epoch.LearningRate),
            Format.Time(TimeSpan.FromSeconds(epoch.Seconds)), isBest && epoch.ValidationError is not null ? "best" : ""));
    }

    private static string Line(string epoch, string loss, string validationLoss, string validationError, string rate, string time, string best) =>
        $"{epoch,7}  {loss,13}  {validationLoss,15}  {validationError,16}  {rate,13}  {time,7}  {best}".TrimEnd();
}
