using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Verification;

/// <summary>Names what a wrong gradient has in common over its entries, where that is one of the usual mistakes.</summary>
internal static class GradientDiagnosis
{
    /// <summary>A sentence, or nothing.</summary>
    /// <param name="entries">What was compared.</param>
    /// <param name="kinks">How many entries lie at kinks.</param>
    /// <param name="before">What stood in the parameter's gradient before Backward.</param>
    public static string Of(IReadOnlyList<GradientEntry> entries, int kinks, Tensor<double> before)
    {
        if (kinks > entries.Count)
            return "Most entries lie at kinks, where nothing can be compared: choose another input";
        if (entries.All(entry => entry.Agrees))
            return "";
        if (entries.Any(entry => !double.IsFinite(entry.Analytic)))
            return "Backward gives values that are not finite, or leaves some unwritten";
        if (entries.All(entry => entry.Analytic == 0))
            return "Backward gives zero for every entry";
        if (entries.All(entry => (entry with { Analytic = entry.Analytic + before.Span[entry.Index] }).Agrees))
            return "Backward overwrites the gradient: it must add to it";
        return OfFactor(entries);
    }

    // The factor c that makes |analytic - c numeric|² smallest; it says something where c numeric then agrees everywhere.
    private static string OfFactor(IReadOnlyList<GradientEntry> entries)
    {
        double c = entries.Sum(entry => entry.Analytic * entry.Numeric) / entries.Sum(entry => entry.Numeric * entry.Numeric);
        if (entries.All(entry => (entry with { Numeric = c * entry.Numeric }).Agrees))
            return Invariant($"Every entry is {c:g6} times what it should be");

        int wrong = entries.Count(entry => !entry.Agrees);
        return $"{wrong} of {entries.Count} entries are wrong";
    }
}
