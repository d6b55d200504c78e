namespace RefNet.Training;

/// <summary>The distributions of a parameter after an epoch, each a row of histograms.csv.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Parameter">The path of the parameter.</param>
/// <param name="Weights">Its numbers θ at the end of the epoch.</param>
/// <param name="Changes">The change of each number in the epoch: θ minus θ at the end of the epoch before.</param>
public sealed record ParameterHistograms(int Epoch, string Parameter, Histogram Weights, Histogram Changes);
