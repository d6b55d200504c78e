namespace RefNet.Verification.Cases;

/// <summary>What the check of a case gave.</summary>
/// <param name="Number">Which case it is of those that a seed gives, from 0.</param>
/// <param name="Case">The case.</param>
/// <param name="Report">What was compared; null where the check could not be done.</param>
/// <param name="Problem">What went wrong; empty where the case passed.</param>
public sealed record CaseResult(int Number, Case Case, GradientReport? Report, string Problem)
{
    /// <summary>Whether every gradient agrees.</summary>
    public bool Passed => Problem.Length == 0;

    /// <summary>Whether everything that was compared was 0, as where a small case of ReLU has negative inputs alone.</summary>
    public bool ProvesNothing => Report is { ProvesNothing: true };

    /// <summary>
    /// Checks a case. An exception in the layer is a failure of the case. One that proves nothing is none: whoever checks many of
    /// them sees whether all are so.
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

    /// <summary>The simplest failing case that is reached from this one by ever simpler cases that fail.</summary>
    public CaseResult Shrink()
    {
        CaseResult simplest = this;
        while (simplest.Case.Shrink().Select(simpler => Of(Number, simpler)).FirstOrDefault(result => !result.Passed) is { } failure)
            simplest = failure;
        return simplest;
    }
}
