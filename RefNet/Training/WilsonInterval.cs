namespace RefNet.Training;

/// <summary>
/// The interval that contains the true rate of an event with 95 % confidence, after it occurred k times in n independent trials:
/// (p + z²/2n ± z √(p (1 - p)/n + z²/4n²)) / (1 + z²/n) with p = k/n and z = 1.95996. Unlike p ± z √(p (1 - p)/n) it stays within 0 to 1
/// and holds for small rates, such as the errors of good networks. Wilson 1927.
/// </summary>
/// <param name="Low">Its lower end, 0 or more.</param>
/// <param name="High">Its upper end, 1 or less.</param>
public readonly record struct WilsonInterval(double Low, double High)
{
    // The quantile of the normal distribution at 0.975.
    private const double Z = 1.959963984540054;

    /// <summary>The interval for a count.</summary>
    /// <param name="count">k, from 0 to n.</param>
    /// <param name="trials">n, 1 or more.</param>
    public static WilsonInterval Of(int count, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, trials);
        double n = trials, p = count / n, share = Z * Z / n;
        double middle = (p + share / 2) / (1 + share);
        double margin = Z * Math.Sqrt(p * (1 - p) / n + share / (4 * n)) / (1 + share);
        // At k = 0 and k = n the ends are 0 and 1, except for rounding.
        return new WilsonInterval(count == 0 ? 0 : middle - margin, count == trials ? 1 : middle + margin);
    }
}
