namespace RefNet.Benchmarks;

/// <summary>The seconds per call, over all turns and launches of a rival.</summary>
internal sealed class Samples
{
    private readonly List<double> seconds = [];

    public bool Any => seconds.Count > 0;

    /// <summary>The shortest; NaN if there is none.</summary>
    public double Best => Any ? seconds.Min() : double.NaN;

    /// <summary>The median; NaN if there is none.</summary>
    public double Median => Any ? seconds.Order().ElementAt(seconds.Count / 2) : double.NaN;

    public void Add(IEnumerable<double> more) => seconds.AddRange(more);

    public static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));
}
