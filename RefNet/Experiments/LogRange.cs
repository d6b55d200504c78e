namespace RefNet.Experiments;

/// <summary>
/// The range of a setting whose magnitude is to be found, such as a learning rate or a weight decay: searched evenly in its
/// logarithm (LECTURES T10).
/// </summary>
/// <param name="Low">The smallest value, above 0.</param>
/// <param name="High">The largest value, at least <paramref name="Low"/>.</param>
public readonly record struct LogRange(double Low, double High)
{
    /// <summary>The value at a share of the way: Low (High / Low)^share.</summary>
    /// <param name="share">From 0 to 1.</param>
    public double At(double share) => Low * Math.Pow(High / Low, share);

    /// <summary>A part of the range around a value of it: as wide as the given share, in the logarithm, and inside the range.</summary>
    /// <param name="value">The value that stands in its middle, unless that is too near to an end.</param>
    /// <param name="share">From 0 to 1.</param>
    public LogRange Around(double value, double share)
    {
        double middle = Low == High ? 0.5 : Math.Log(value / Low) / Math.Log(High / Low);
        double from = Math.Clamp(middle - share / 2, 0, 1 - share);
        return new LogRange(At(from), At(from + share));
    }
}
