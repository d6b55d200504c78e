using RefNet.Data;
using RefNet.Training;

namespace RefNet.Console;

/// <summary>One run of many, of which only the best epoch matters: started, or resumed where it stopped; the test set is not used.</summary>
internal static class SilentRun
{
    /// <summary>Trains it to its end.</summary>
    /// <returns>Its best epoch; null where it diverged: the epochs before say nothing about the setting.</returns>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    public static EpochRecord? Train(RunOptions options, Dataset set, string folder, BackendChoice<float> choice, CancellationToken stop)
    {
        using TrainingRun run = TrainingRun.StartOrResume(options, set, folder, choice.Backend);
        try
        {
            run.Train(new Nobody(), stop);
            return run.Best;
        }
        catch (DivergenceException)
        {
            return null;
        }
    }

    private sealed class Nobody : ITrainingObserver
    {
        public void StepDone(EpochProgress progress) { }

        public void EpochDone(EpochRecord epoch, bool isBest) { }
    }
}
