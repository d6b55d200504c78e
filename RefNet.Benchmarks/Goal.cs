namespace RefNet.Benchmarks;

/// <summary>A target ratio, and the measured one.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Reach">The required ratio, if any.</param>
/// <param name="Aim">The desired ratio, if any.</param>
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
