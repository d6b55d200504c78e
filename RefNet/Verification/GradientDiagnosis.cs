using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Verification;

/// <summary>Names the usual mistake that explains the wrong entries of a gradient, if one does.</summary>
internal static class GradientDiagnosis
{
    // A double has 16 digits; where fewer than this are right, more than its rounding is at work.
    private const double FewDigits = 12;

    /// <summary>A sentence, or an empty string.</summary>
    /// <param name="entries">The compared entries.</param>
    /// <param name="kinks">The number of entries at kinks.</param>
    /// <param name="before">The parameter's gradient before Backward.</param>
    /// <param name="convergence">How the error of the worst entry changes with the step.</param>
    public static string Of(IReadOnlyList<GradientEntry> entries, int kinks, Tensor<double> before, GradientConvergence? convergence)
    {
        if (kinks > entries.Count)
            return "Most entries lie at kinks, where nothing can be compared: choose another input";
        if (entries.All(entry => entry.Agrees))
            return "";
        if (entries.Any(entry => !double.IsFinite(entry.Analytic)))
            return "Backward gives values that are not finite, or leaves some unwritten";
        if (entries.FirstOrDefault(entry => !double.IsFinite(entry.Numeric)) is { } edge)
            return $"The function is not finite a step away from [{edge.Index}]: choose an input well inside its domain";
        if (entries.All(entry => entry.Analytic == 0))
            return "Backward gives zero for every entry";
        if (entries.All(entry => (entry with { Analytic = entry.Analytic + before.Values[entry.Index] }).Agrees))
            return "Backward overwrites the gradient: it must add to it";
        return convergence is { Kind: ConvergenceKind.Grows } ? OfRounding(convergence) : OfFactor(entries);
    }

    // The error times h is the rounding error of the function.
    private static string OfRounding(GradientConvergence convergence)
    {
        double digits = convergence.Points.Where(point => point.Error > convergence.Best.Error && point.Step < convergence.Best.Step)
            .Select(point => StepSize.Digits(point.Error, point.Rounding)).Order().ElementAt(0);
        return digits < FewDigits
            ? Invariant($"The error grows as the step shrinks: Forward is right to about {Math.Round(digits)} digits only, too coarse for finite differences. Compute in T, not in float, and avoid differences of large numbers")
            : "The error grows as the step shrinks: at numbers of this magnitude, rounding hides the derivative. Scale the inputs";
    }

    // The factor c that minimises |analytic - c numeric|²; it is meaningful if c numeric then agrees at every entry.
    private static string OfFactor(IReadOnlyList<GradientEntry> entries)
    {
        double c = entries.Sum(entry => entry.Analytic * entry.Numeric) / entries.Sum(entry => entry.Numeric * entry.Numeric);
        if (entries.All(entry => (entry with { Numeric = c * entry.Numeric }).Agrees))
            return Invariant($"Every entry is {c:g6} times what it should be");

        int wrong = entries.Count(entry => !entry.Agrees);
        return $"{wrong} of {entries.Count} entries are wrong";
    }
}
