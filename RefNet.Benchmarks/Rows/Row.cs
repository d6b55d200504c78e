using RefNet.Benchmarks.Peers;

namespace RefNet.Benchmarks.Rows;

/// <summary>One piece of work for the rivals.</summary>
/// <param name="Label">Its name in the table.</param>
/// <param name="Work">The words that name it to a worker.</param>
/// <param name="Tolerance">The largest difference between two results: ‖a - b‖ / ‖b‖, where b is RefNet's. Infinity if they are random and not compared.</param>
/// <param name="Flops">Multiplications and additions per call, if worth counting.</param>
/// <param name="Group">Rows of one group share a goal.</param>
/// <param name="Items">Images per call, if images per second are shown.</param>
/// <param name="IsQuick">Whether --quick includes it.</param>
internal sealed record Row(string Label, string Work, double Tolerance, double Flops = 0, string Group = "", int Items = 0, bool IsQuick = false)
{
    /// <summary>Finds the rivals whose results are wrong: they differ from RefNet's, the first, while another's agree. Dead rivals have none.</summary>
    /// <exception cref="RivalException">No rival agrees with RefNet: there is nothing to time.</exception>
    public IReadOnlyList<int> FindWrong(IReadOnlyList<Rival> rivals, float[]?[] results)
    {
        Dictionary<int, string> wrong = [];
        int answers = 0;
        for (int r = 1; r < results.Length; r++)
        {
            if (results[r] is not { } found)
                continue;
            answers++;
            if (Differs(found, results[0]!) is { } difference)
                wrong[r] = $"{Label}: {rivals[r].Name} {difference}";
        }

        if (answers > 0 && wrong.Count == answers)
            throw new RivalException($"{string.Join(" ", wrong.Values)} There is nothing to time.");
        foreach (string message in wrong.Values)
            Console.Error.WriteLine($"\n{message} Others agree with RefNet: it is left out of this row.");
        return [.. wrong.Keys];
    }

    private string? Differs(float[] found, float[] expected)
    {
        if (found.Length != expected.Length)
            return $"gives {found.Length} numbers to compare, RefNet {expected.Length}.";
        double difference = RelativeDifference(found, expected);
        return difference <= Tolerance || double.IsInfinity(Tolerance) ? null : $"differs from RefNet by {Format.Small(difference)} of the norm; {Format.Small(Tolerance)} is allowed.";
    }

    /// <summary>‖a - b‖ / ‖b‖; NaN where both are 0 everywhere, which is no result.</summary>
    public static double RelativeDifference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double difference = 0, norm = 0;
        for (int i = 0; i < b.Length; i++)
        {
            difference += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
            norm += (double)b[i] * b[i];
        }

        return Math.Sqrt(difference / norm);
    }
}
