using System.Diagnostics;
using RefNet.Data;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>Trains runs and shows their settings, their progress and their results.</summary>
internal sealed class ShownRun(Terminal terminal, Terminal shown, Dataset set, CancellationToken cancellation)
{
    /// <summary>Trains a run and tests its best weights.</summary>
    /// <param name="run">The run.</param>
    /// <param name="options">Its options.</param>
    /// <param name="toResume">The command that resumes it.</param>
    /// <returns>The results on the test set; null if the user stopped it.</returns>
    public Evaluation? TrainAndTest(TrainingRun run, RunOptions options, string toResume)
    {
        long start = Stopwatch.GetTimestamp();
        if (Watch(run, options, toResume, run.Run) is not { } test)
            return null;
        shown.WriteLine($"Tested with {Weights(options)} of epoch {run.Best?.Epoch}{(options.Validation > 0 ? ", which had the smallest validation loss" : "")}.");
        Results.Write(shown, test, set.Test.ClassNames);
        shown.WriteLine($"time: {Format.Time(Stopwatch.GetElapsedTime(start))}");
        shown.WriteLine($"files: {run.Folder.Path} (best.safetensors, last.safetensors, history.csv, config.json{(options.Prepare is null ? "" : ", preparation.safetensors")}{(options.KeepHistograms ? ", histograms.csv" : "")})");
        return test;
    }

    /// <summary>Trains a run without using the test set.</summary>
    /// <inheritdoc cref="TrainAndTest"/>
    /// <returns>The epoch with the smallest validation loss; null if the user stopped it.</returns>
    public EpochRecord? Train(TrainingRun run, RunOptions options, string toResume)
    {
        if (Watch(run, options, toResume, TrainOnly) is not { } best)
            return null;
        shown.WriteLine($"Validation: {Weights(options)} of epoch {best.Epoch} had the smallest loss, {Format.Loss(best.ValidationLoss!.Value)}, with an error of {Format.Percent(best.ValidationError!.Value)}.");
        return best;

        EpochRecord TrainOnly(ITrainingObserver observer, CancellationToken stop)
        {
            run.Train(observer, stop);
            return run.Best!;
        }
    }

    private TResult? Watch<TResult>(TrainingRun run, RunOptions options, string toResume, Func<ITrainingObserver, CancellationToken, TResult> train) where TResult : class
    {
        shown.WriteLine(
            $"{options.Model} on {set.Name}: {Format.Count(run.TrainingImages)} images to train on, {Format.Count(options.Validation)} held out, "
            + $"{Format.Count(set.Test.Count)} to test");
        foreach (string line in TrainingOptions.Describe(options))
            shown.WriteLine(line);
        if (run.Redrawn.Count > 0)
            shown.WriteLine($"redrawn for other classes: {string.Join(", ", run.Redrawn)}");
        shown.WriteLine($"run folder: {run.Folder.Path}");
        EpochLines lines = new(shown, options.Epochs);
        foreach (EpochRecord epoch in run.History)
            lines.EpochDone(epoch, isBest: epoch == run.Best);

        TResult result;
        using CtrlC stop = new(cancellation);
        try
        {
            result = shown.IsLive
                ? shown.ShowBars(context => train(new EpochBar(context, shown, lines, options.Epochs), stop.Token))
                : train(lines, stop.Token);
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine($"Stopped {Saved(run, options)}. To resume: {toResume}");
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // For example a full disk.
            throw new IOException($"{error.Message.TrimEnd('.')}. It ended {Saved(run, options)}. To resume once this is fixed: {toResume}", error);
        }

        shown.WriteLine();
        if (run.StoppedEarly)
            shown.WriteLine($"Stopped after epoch {run.SavedEpochs}: the last {options.Patience} epochs did not reduce the smallest validation loss.");
        return result;
    }

    private static string Weights(RunOptions options) => options.Average > 0 ? "the averaged weights" : "the weights";

    private static string Saved(TrainingRun run, RunOptions options) => run.SavedEpochs == 0
        ? "before the end of the first epoch"
        : $"after epoch {run.SavedEpochs} of {options.Epochs}, which is saved";
}
