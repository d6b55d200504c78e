using static System.FormattableString;

namespace RefNet.Verification;

/// <summary>The largest error of a gradient check with one step.</summary>
public sealed record ConvergencePoint(double Step, double Error);

/// <summary>The error of a gradient check against the step: the V of truncation and rounding.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Points">From the longest step to the shortest.</param>
public sealed record GradientConvergence(string Name, IReadOnlyList<ConvergencePoint> Points)
{
    /// <summary>The step with the smallest error.</summary>
    public ConvergencePoint Best => Points.MinBy(point => point.Error)!;

    /// <summary>A line a step, with a bar for the digits of the error.</summary>
    public override string ToString() => string.Join(Environment.NewLine, [$"{Name}: error against step", .. Points.Select(Line)]);

    // Two characters a power of ten, from 1e-16.
    private static string Line(ConvergencePoint point) => Invariant(
        $"h = {point.Step,-5:0e-0}  error {point.Error,-7:0.0e-0}  {new string('#', (int)Math.Clamp(2 * (16 + Math.Log10(point.Error)), 0, 40))}");
}
