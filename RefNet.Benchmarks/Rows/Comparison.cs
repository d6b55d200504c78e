namespace RefNet.Benchmarks.Rows;

/// <summary>A kind of rows: one table.</summary>
internal abstract class Comparison
{
    /// <summary>What the command line calls it.</summary>
    public abstract string Name { get; }

    /// <summary>What the table is about.</summary>
    public abstract string Title { get; }

    /// <summary>Measures, and writes the table.</summary>
    /// <returns>The goals that it has something to say about.</returns>
    public abstract IEnumerable<Goal> Run(CompareOptions options, double peak, Report report);

    /// <summary>Writes what stands above the table.</summary>
    /// <param name="options">What is compared.</param>
    /// <param name="rows">The rows that there are, of which some may have been chosen.</param>
    /// <param name="text">What the numbers are.</param>
    /// <param name="report">Where it is written.</param>
    protected void WriteHead(CompareOptions options, IReadOnlyList<Row> rows, string text, Report report)
    {
        report.WriteLine($"## {Title}\n");
        report.WriteLine($"{text.TrimEnd()}{(options.LeavesOut(rows) is > 0 and int count ? $" {count} of {rows.Count} rows are left out by --quick." : "")}\n");
    }
}
