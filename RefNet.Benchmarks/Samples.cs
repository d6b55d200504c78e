namespace RefNet.Benchmarks;

/// <summary>Seconds that one call took, over all turns and launches of a rival.</summary>
internal sealed class Samples
{
    private readonly List<double> seconds = [];

    public bool Any => seconds.Count > 0;

    /// <summary>The shortest; not a number where there is none.</summary>
    public double Best => Any ? seconds.Min() : double.NaN;

    /// <summary>The middle one; not a number where there is none.</summary>
    public double Median => Any ? seconds.Order().ElementAt(seconds.Count / 2) : double.NaN;

    public void Add(IEnumerable<double> more) => seconds.AddRange(more);

    public static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));
}
