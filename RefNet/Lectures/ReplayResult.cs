namespace RefNet.Lectures;

/// <summary>A line of a replay.</summary>
/// <param name="Text">The computed value and, for a comparison, the expected one.</param>
/// <param name="CameOut">Whether the comparison passed; null for a line that compares nothing.</param>
public sealed record ReplayLine(string Text, bool? CameOut);

/// <summary>The result of a replay.</summary>
/// <param name="Replay">The replay.</param>
/// <param name="Lines">The lines, in the order of the computation.</param>
public sealed record ReplayResult(Replay Replay, IReadOnlyList<ReplayLine> Lines)
{
    /// <summary>Whether no comparison failed, and something was compared unless it is a citation.</summary>
    public bool Passed => Lines.All(line => line.CameOut is not false) && (Replay.IsCitation || Lines.Any(line => line.CameOut is true));

    /// <summary>The result in a few words.</summary>
    public string Verdict =>
        !Passed ? "FAILED"
        : Replay.IsCitation ? "cited"
        : Replay.IsErratum ? "the slide errs"
        : Replay.IsRemark ? "needs a remark"
        : "agrees";
}
