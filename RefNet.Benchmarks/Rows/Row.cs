namespace RefNet.Benchmarks.Rows;

/// <summary>One thing that the rivals do.</summary>
/// <param name="Label">What the table calls it.</param>
/// <param name="Work">The words that name it to a worker.</param>
/// <param name="Tolerance">How far two results may be apart.</param>
/// <param name="Flops">Multiplications and additions of a call, where they are worth counting.</param>
/// <param name="Group">Rows of one group share a goal.</param>
/// <param name="Items">Images of a call, where images a second are shown.</param>
internal sealed record Row(string Label, string Work, double Tolerance, double Flops = 0, string Group = "", int Items = 0);
