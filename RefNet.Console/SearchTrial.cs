using RefNet.Training;

namespace RefNet.Console;

/// <summary>A trial of a search: its options, and its best epoch; null where it diverged.</summary>
internal sealed record SearchTrial(int Number, RunOptions Options, EpochRecord? Best)
{
    /// <summary>What is smallest for the best trial.</summary>
    public double Loss => Best?.ValidationLoss ?? double.PositiveInfinity;
}
