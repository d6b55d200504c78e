namespace RefNet.Training;

/// <summary>How the numbers of a parameter were spread after an epoch: a row of histograms.csv each.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Parameter">The path of the parameter.</param>
/// <param name="Weights">Its numbers θ at the end of the epoch.</param>
/// <param name="Changes">What the epoch has added to each: θ minus θ at the end of the epoch before.</param>
public sealed record ParameterHistograms(int Epoch, string Parameter, Histogram Weights, Histogram Changes);
