using MathNet.Numerics.Distributions;

namespace RefNet.Training;

/// <summary>
/// The spread of a result over several runs, such as the error for several seeds: their mean m, their standard deviation s = √(Σ (x - m)² / (n - 1)),
/// and the interval m ± t s / √n that contains the mean of all such runs with 95 % confidence, where t is Student's for n - 1
/// degrees of freedom. Student 1908; LECTURES T15.
/// </summary>
/// <param name="Count">n.</param>
/// <param name="Mean">m.</param>
/// <param name="Deviation">s; NaN for one number.</param>
/// <param name="Margin">t s / √n; NaN for one number.</param>
public sealed record Spread(int Count, double Mean, double Deviation, double Margin)
{
    /// <summary>The spread of some numbers, one or more.</summary>
    public static Spread Of(IReadOnlyList<double> numbers)
    {
        ArgumentOutOfRangeException.ThrowIfZero(numbers.Count, nameof(numbers));
        int n = numbers.Count;
        double mean = numbers.Average();
        if (n == 1)
            return new Spread(n, mean, double.NaN, double.NaN);
        double deviation = Math.Sqrt(numbers.Sum(x => (x - mean) * (x - mean)) / (n - 1));
        return new Spread(n, mean, deviation, StudentT.InvCDF(0, 1, n - 1, 0.975) * deviation / Math.Sqrt(n));
    }
}
