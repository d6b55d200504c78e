namespace RefNet.Benchmarks;

/// <summary>A ratio that was aimed at, and what was measured.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Reach">What should be reached, where something was set.</param>
/// <param name="Aim">What was hoped for.</param>
/// <param name="Ratio">Time, or memory, of the best peer over RefNet's.</param>
internal sealed record Goal(string Work, double? Reach, double? Aim, double Ratio)
{
    public static void Write(IReadOnlyList<Goal> goals, Report report)
    {
        report.WriteLine("## Goals\n");
        report.Head("best peer / RefNet", "reach", "aim", "measured");
        foreach (Goal goal in goals)
            report.Row(goal.Work, Format.Ratio(goal.Reach), Format.Ratio(goal.Aim), Format.Ratio(goal.Ratio));
    }
}
