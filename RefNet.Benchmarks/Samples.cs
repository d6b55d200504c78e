namespace RefNet.Benchmarks;

/// <summary>Seconds that one call took, over all turns and launches of a rival.</summary>
internal sealed class Samples
{
    private readonly List<double> seconds = [];

    public bool Any => seconds.Count > 0;

    public double Best => seconds.Min();

    public double Median => seconds.Order().ElementAt(seconds.Count / 2);

    public void Add(IEnumerable<double> more) => seconds.AddRange(more);

    public static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));
}
