namespace RefNet.Training;

/// <summary>How far an epoch is.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Images">The images of this epoch that have been learnt from.</param>
/// <param name="ImagesInEpoch">The images that an epoch has.</param>
/// <param name="Loss">The mean training loss of the epoch so far.</param>
/// <param name="Accuracy">The share of its images that were right when the network saw them, 0 to 1.</param>
/// <param name="Elapsed">The time since the epoch began.</param>
public readonly record struct EpochProgress(int Epoch, int Images, int ImagesInEpoch, double Loss, double Accuracy, TimeSpan Elapsed)
{
    /// <summary>Images learnt from in a second.</summary>
    public double ImagesPerSecond => Images / Elapsed.TotalSeconds;

    /// <summary>The time until the epoch ends, at the speed so far.</summary>
    public TimeSpan Remaining => Images == 0 ? TimeSpan.Zero : Elapsed * ((double)(ImagesInEpoch - Images) / Images);
}

/// <summary>Who watches a training run; called on the thread that trains, so it should return at once.</summary>
public interface ITrainingObserver
{
    /// <summary>A step is done.</summary>
    void StepDone(EpochProgress progress);

    /// <summary>An epoch is done and its checkpoint is written.</summary>
    /// <param name="epoch">What it gave.</param>
    /// <param name="isBest">Whether it has the smallest validation loss so far.</param>
    void EpochDone(EpochRecord epoch, bool isBest);
}
