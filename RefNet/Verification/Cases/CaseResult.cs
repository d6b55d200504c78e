namespace RefNet.Verification.Cases;

/// <summary>The result of checking a case.</summary>
/// <param name="Number">The number of the case among those of its seed, from 0.</param>
/// <param name="Case">The case.</param>
/// <param name="Report">The comparison; null where the check failed with an exception.</param>
/// <param name="Problem">What went wrong; empty where the case passed.</param>
public sealed record CaseResult(int Number, Case Case, GradientReport? Report, string Problem)
{
    /// <summary>Whether every gradient agrees.</summary>
    public bool Passed => Problem.Length == 0;

    /// <summary>Whether only zeros were compared, for example because a small case of ReLU has only negative inputs.</summary>
    public bool ProvesNothing => Report is { ProvesNothing: true };

    /// <summary>
    /// Checks a case. An exception in the layer is a failure of the case. A case that proves nothing is not a failure: a caller that
    /// checks many cases sees whether all of them are such.
    /// </summary>
    internal static CaseResult Of(int number, Case @case)
    {
        try
        {
            GradientReport report = @case.Check();
            return new CaseResult(number, @case, report, report.Passed || report is { ProvesNothing: true, Findings.Count: 0 } ? "" : report.ToString());
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return new CaseResult(number, @case, null, $"{error.GetType().Name}: {error.Message}");
        }
    }

    /// <summary>The simplest failing case found by shrinking this one repeatedly to simpler cases that fail.</summary>
    public CaseResult Shrink()
    {
        CaseResult simplest = this;
        while (simplest.Case.Shrink().Select(simpler => Of(Number, simpler)).FirstOrDefault(result => !result.Passed) is { } failure)
            simplest = failure;
        return simplest;
    }
}
