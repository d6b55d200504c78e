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
    /// <summary>Checks that all rivals gave the same result, RefNet being the first; one that has died gave none.</summary>
    /// <exception cref="RivalException">They did not.</exception>
    public void Validate(IReadOnlyList<Rival> rivals, float[]?[] results)
    {
        float[] expected = results[0]!;
        for (int r = 1; r < results.Length; r++)
        {
            if (results[r] is not { } found)
                continue;
            if (found.Length != expected.Length)
                throw new RivalException($"{Label}: {rivals[r].Name} gives {found.Length} numbers to compare, RefNet {expected.Length}.");
            for (int i = 0; i < expected.Length; i++)
            {
                if (!(Math.Abs(found[i] - expected[i]) <= Tolerance))
                    throw new RivalException($"{Label}: number {i} is {found[i]} by {rivals[r].Name} and {expected[i]} by RefNet; there is nothing to time.");
            }
        }
    }
}
