using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Watches a run and says nothing; it may ask to stop at a batch of an epoch.</summary>
internal sealed class SilentObserver(Action<EpochProgress>? atBatch = null) : ITrainingObserver
{
    public void StepDone(EpochProgress progress) => atBatch?.Invoke(progress);

    public void EpochDone(EpochRecord epoch, bool isBest) { }
}
