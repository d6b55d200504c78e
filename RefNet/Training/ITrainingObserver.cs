namespace RefNet.Training;

/// <summary>The progress of an epoch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Images">The images trained on so far in this epoch.</param>
/// <param name="ImagesInEpoch">The images in an epoch.</param>
/// <param name="Loss">The mean training loss of the epoch so far.</param>
/// <param name="Accuracy">The share of images classified correctly when the network saw them, 0 to 1; NaN where outputs are no classes.</param>
/// <param name="Elapsed">The time since the epoch began.</param>
public readonly record struct EpochProgress(int Epoch, int Images, int ImagesInEpoch, double Loss, double Accuracy, TimeSpan Elapsed)
{
    /// <summary>Images per second.</summary>
    public double ImagesPerSecond => Images / Elapsed.TotalSeconds;

    /// <summary>The time until the end of the epoch, at the speed so far.</summary>
    public TimeSpan Remaining => Images == 0 ? TimeSpan.Zero : Elapsed * ((double)(ImagesInEpoch - Images) / Images);
}

/// <summary>Watches a training run. It is called on the training thread: training waits until it returns, so an observer can pause the run.</summary>
public interface ITrainingObserver
{
    /// <summary>A step is done.</summary>
    void StepDone(EpochProgress progress);

    /// <summary>An epoch is done and its checkpoint is written.</summary>
    /// <param name="epoch">Its results.</param>
    /// <param name="isBest">Whether it has the smallest validation loss so far.</param>
    void EpochDone(EpochRecord epoch, bool isBest);

    /// <summary>An epoch changed neither the loss, to the last bit, nor the errors, although images were misclassified: the network is not learning.</summary>
    /// <param name="epoch">Its results.</param>
    void NothingChanged(EpochRecord epoch) { }
}
