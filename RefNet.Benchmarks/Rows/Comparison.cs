namespace RefNet.Benchmarks.Rows;

/// <summary>A kind of rows: one table.</summary>
internal abstract class Comparison
{
    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>The title of the table.</summary>
    public abstract string Title { get; }

    /// <summary>Measures, and writes the table.</summary>
    /// <returns>The goals that it measures.</returns>
    public abstract IEnumerable<Goal> Run(CompareOptions options, double peak, Report report);

    /// <summary>Writes the text above the table.</summary>
    /// <param name="options">What is compared.</param>
    /// <param name="rows">All rows, of which only some may be chosen.</param>
    /// <param name="text">The meaning of the numbers.</param>
    /// <param name="report">The report to write to.</param>
    protected void WriteHead(CompareOptions options, IReadOnlyList<Row> rows, string text, Report report)
    {
        report.WriteLine($"## {Title}\n");
        report.WriteLine($"{text.TrimEnd()}{(options.LeavesOut(rows) is > 0 and int count ? $" {count} of {rows.Count} rows are left out by --quick." : "")}\n");
    }
}
