namespace RefNet.Lectures;

/// <summary>The rows of docs/lectures.md that can be replayed.</summary>
public static class Replays
{
    /// <summary>Every replay: the errata X1, X2 ... and then the examples Y1, Y2 ...</summary>
    public static IReadOnlyList<Replay> All { get; } =
    [
        .. new IEnumerable<Replay>[]
        {
            KernelFlip.All, WindowSizes.All, ReceptiveFields.All, PoolingExample.All, LayerSizes.All, LeNetNumbers.All, AlexNetNumbers.All,
            InceptionNumbers.All, VggNumbers.All, ResNetNumbers.All, ResidualBlocks.All, Normalization.All, RandomDepth.All,
            Activations.All, FirstWeights.All, OptimizerSteps.All, LossExamples.All, InputGradients.All, TwentyLines.All, Images.All, Citations.All,
        }.SelectMany(topic => topic).OrderBy(replay => replay.Id[0]).ThenBy(replay => int.Parse(replay.Id.AsSpan(1))),
    ];

    /// <summary>The replay of a row, in upper or lower case; null if there is none.</summary>
    public static Replay? Find(string id) => All.FirstOrDefault(replay => replay.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
}
