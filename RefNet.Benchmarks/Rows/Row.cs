using RefNet.Benchmarks.Peers;

namespace RefNet.Benchmarks.Rows;

/// <summary>One thing that the rivals do.</summary>
/// <param name="Label">What the table calls it.</param>
/// <param name="Work">The words that name it to a worker.</param>
/// <param name="Tolerance">How far two results may be apart.</param>
/// <param name="Flops">Multiplications and additions of a call, where they are worth counting.</param>
/// <param name="Group">Rows of one group share a goal.</param>
/// <param name="Items">Images of a call, where images a second are shown.</param>
internal sealed record Row(string Label, string Work, double Tolerance, double Flops = 0, string Group = "", int Items = 0)
{
    /// <summary>Checks that all rivals gave the same result, RefNet being the first.</summary>
    /// <exception cref="RivalException">They did not.</exception>
    public void Validate(IReadOnlyList<Rival> rivals, float[][] results)
    {
        for (int r = 1; r < results.Length; r++)
        {
            if (results[r].Length != results[0].Length)
                throw new RivalException($"{Label}: {rivals[r].Name} gives {results[r].Length} numbers to compare, RefNet {results[0].Length}.");
            for (int i = 0; i < results[0].Length; i++)
            {
                if (!(Math.Abs(results[r][i] - results[0][i]) <= Tolerance))
                    throw new RivalException($"{Label}: number {i} is {results[r][i]} by {rivals[r].Name} and {results[0][i]} by RefNet; there is nothing to time.");
            }
        }
    }
}
