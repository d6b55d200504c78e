using static System.FormattableString;

namespace RefNet.Verification;

/// <summary>The largest error of a gradient check at one step.</summary>
/// <param name="Step">h, as a multiple of max(1, |θ|).</param>
/// <param name="Error">The error, measured as <see cref="GradientEntry.Error"/>.</param>
/// <param name="Rounding">The part of the error that rounding in double explains.</param>
public sealed record ConvergencePoint(double Step, double Error, double Rounding = 0)
{
    // Above this multiple of the rounding error, an error is significant.
    private const double Clear = 10;

    internal bool IsRounding => Error <= Clear * Rounding;
}

/// <summary>How the error of a gradient check changes with the step.</summary>
public enum ConvergenceKind
{
    /// <summary>It falls with a power of the step, 2 for central differences: the gradient is right.</summary>
    Falls,

    /// <summary>Only rounding remains at every step: the function is linear or quadratic, and the gradient is right.</summary>
    Exact,

    /// <summary>It stays above a floor at every step: the gradient is wrong.</summary>
    Floor,

    /// <summary>It grows as the step shrinks, by more than rounding in double explains: the function is rounded too coarsely.</summary>
    Grows,

    /// <summary>There are kinks within the longer steps, or too few points are above the rounding error.</summary>
    Unclear,
}

/// <summary>
/// The error of a gradient check against the step: a V of truncation and rounding. Its slope distinguishes a wrong gradient
/// from a wrong step without any tolerance.
/// </summary>
/// <param name="Name">The name of what was checked.</param>
/// <param name="Points">The points from the longest step to the shortest.</param>
public sealed record GradientConvergence(string Name, IReadOnlyList<ConvergencePoint> Points)
{
    // Two neighbouring orders that differ by less than this count as a straight line.
    private const double Straight = 0.3;

    /// <summary>The step with the smallest error.</summary>
    public ConvergencePoint Best => Points.MinBy(point => point.Error)!;

    /// <summary>
    /// p, where the error falls with h^p: 2 for a right gradient, 0 for a wrong one. It is computed from the shortest three steps
    /// whose errors lie on a line above rounding, or from the only two above it; NaN where there are none.
    /// </summary>
    public double Order
    {
        get
        {
            int clear = Points.TakeWhile(point => !point.IsRounding).Count();
            double order = clear == 2 ? OrderAt(1) : double.NaN;
            for (int i = 2; i < clear; i++)
            {
                if (Math.Abs(OrderAt(i) - OrderAt(i - 1)) < Straight)
                    order = OrderAt(i);
            }

            return order;
        }
    }

    /// <summary>How the error changes as the step shrinks.</summary>
    public ConvergenceKind Kind =>
        Points.All(point => point.IsRounding) ? ConvergenceKind.Exact
        : Points[^1].Error > 10 * Best.Error && !Points[^1].IsRounding ? ConvergenceKind.Grows
        : Math.Abs(Order) < Straight && Points[^1].Error > Best.Error / 2 && !Best.IsRounding ? ConvergenceKind.Floor
        : Order > 1 ? ConvergenceKind.Falls
        : ConvergenceKind.Unclear;

    /// <summary>One line per step, with a bar for the digits of the error, then the order.</summary>
    public override string ToString() => string.Join(Environment.NewLine, [$"{Name}: error against step", .. Points.Select(Line), Summary]);

    /// <summary>The order in words.</summary>
    internal string Summary => Kind switch
    {
        ConvergenceKind.Falls => Invariant($"order {Order:0.0}"),
        ConvergenceKind.Exact => "exact at every step",
        ConvergenceKind.Floor => Invariant($"order {Math.Abs(Order):0.0}: no step brings the error below {Best.Error:g3}"),
        ConvergenceKind.Grows => "error grows as the step shrinks",
        _ => "",
    };

    // Two characters per power of ten, from 1e-16.
    private static string Line(ConvergencePoint point) => Invariant(
        $"h = {point.Step,-5:0e-0}  error {point.Error,-7:0.0e-0}  {new string('#', (int)Math.Clamp(2 * (16 + Math.Log10(point.Error)), 0, 40))}");

    private double OrderAt(int i) => Math.Log(Points[i - 1].Error / Points[i].Error) / Math.Log(Points[i - 1].Step / Points[i].Step);
}
