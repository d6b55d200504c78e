using System.Diagnostics;
using RefNet.Training;
using Spectre.Console;

namespace RefNet.Console;

/// <summary>Watches a run with a moving bar for the epoch that runs, and a line above it for each that is done.</summary>
internal sealed class EpochBar(ProgressContext context, EpochLines lines, int epochs) : ITrainingObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private ProgressTask? bar;
    private long lastUpdate;

    public void StepDone(EpochProgress progress)
    {
        if (bar is not null && Stopwatch.GetElapsedTime(lastUpdate) < Interval)
            return;
        lastUpdate = Stopwatch.GetTimestamp();
        string text = $"epoch {progress.Epoch}/{epochs}  loss {Format.Loss(progress.Loss)}  accuracy {Format.Percent(progress.Accuracy)}  "
            + $"{Format.Count(progress.ImagesPerSecond)} images/s  {Format.Time(progress.Remaining)} left";
        // A bar that is full is hidden, but held-out images are still to be tested when the last step is done.
        bar ??= context.AddTask(text, maxValue: progress.ImagesInEpoch + 1);
        bar.Description = text;
        bar.Value = progress.Images;
    }

    public void EpochDone(EpochRecord epoch, bool isBest)
    {
        bar?.StopTask();
        bar = null;
        lines.EpochDone(epoch, isBest);
    }
}
