using RefNet.Training;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>
/// Shows a progress bar for the current epoch, with as much text after it as fits into the terminal, and above it one line per finished
/// epoch.
/// </summary>
internal sealed class EpochBar(ProgressContext context, Terminal terminal, EpochLines lines, int epochs) : ITrainingObserver
{
    private readonly Pace pace = new();
    private ProgressTask? bar;

    public void StepDone(EpochProgress progress)
    {
        // A short epoch may end before its bar is due.
        if (bar is not null && !pace.IsDue())
            return;
        string text = Text(progress, terminal.WidthBesideBar);
        // A full bar is hidden, but after the last step the held-out images are still to be tested.
        bar ??= context.AddTask(text, maxValue: progress.ImagesInEpoch + 1);
        bar.Description = text;
        bar.Value = progress.Images;
        context.Refresh();
    }

    public void EpochDone(EpochRecord epoch, bool isBest)
    {
        bar?.StopTask();
        bar = null;
        lines.EpochDone(epoch, isBest);
    }

    public void NothingChanged(EpochRecord epoch) => lines.NothingChanged(epoch);

    private string Text(EpochProgress progress, int width)
    {
        string epoch = $"epoch {progress.Epoch}/{epochs}", loss = $"loss {Format.Loss(progress.Loss)}", accuracy = $"accuracy {Format.Percent(progress.Accuracy)}";
        string speed = $"{Format.Count(progress.ImagesPerSecond)} images/s", left = $"{Format.Time(progress.Remaining)} left";
        string[][] choices = [[epoch, loss, accuracy, speed, left], [epoch, loss, accuracy, left], [epoch, accuracy, left], [epoch, left], [epoch]];
        return choices.Select(parts => string.Join("  ", parts)).FirstOrDefault(text => text.Length <= width) ?? "";
    }
}
