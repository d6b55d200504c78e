namespace RefNet.Verification;

/// <summary>
/// The step h of a difference (f(θ+h) - f(θ-h)) / 2h. Its error is the truncation of the Taylor series, h² |f'''| / 6, plus
/// the rounding of f, ε |f| / h with ε = 2^-52: the sum is smallest at h = ∛(3 ε |f / f'''|).
/// </summary>
/// <remarks>
/// Where f and f''' are about 1, that is 0.9e-5. Where θ is large, most functions bend over a distance of about |θ|, and θ + h
/// must differ from θ by more than its rounding: so the step grows with |θ|. Where outputs are large, rounding dominates, and
/// the step grows until it does not.
/// </remarks>
internal static class StepSize
{
    // Rounding may use this share of the tolerance.
    private const double ShareOfRounding = 0.1;
    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>The unit of a step: 1, or |θ| where that is larger.</summary>
    public static double Scale(double theta) => Math.Max(1, Math.Abs(theta));

    /// <summary>The initial step.</summary>
    public static double First(double theta) => GradientCheck.Step * Scale(theta);

    /// <summary>
    /// A bound on the effect of rounding on a slope: one unit in the last place, and one more for the sum after it, at each end
    /// of the step, of all outputs that differ between the two ends.
    /// </summary>
    /// <param name="outputs">The sum of the magnitudes of these outputs.</param>
    /// <param name="distance">The distance between the two ends.</param>
    public static double Rounding(double outputs, double distance) => 4 * Epsilon * outputs / distance;

    /// <summary>The step at which rounding takes at most its share of the tolerated error; the given step if it does so already.</summary>
    /// <param name="step">A step.</param>
    /// <param name="rounding">The effect of rounding on the slope at this step.</param>
    /// <param name="tolerated">The largest error that passes.</param>
    public static double AgainstRounding(double step, double rounding, double tolerated) =>
        rounding <= ShareOfRounding * tolerated ? step : step * (rounding / (ShareOfRounding * tolerated));

    /// <summary>The approximate number of correct decimal digits of f, from the error at a short step; double has 16, float 7.</summary>
    /// <param name="error">The error of the slope, all of it rounding.</param>
    /// <param name="rounding">The effect of rounding in double on the slope.</param>
    public static double Digits(double error, double rounding) => -Math.Log10(4 * Epsilon * error / rounding);
}
