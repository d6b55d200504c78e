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
}
