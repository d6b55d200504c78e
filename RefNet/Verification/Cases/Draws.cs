namespace RefNet.Verification.Cases;

/// <summary>Draws for generated cases, and smaller values of what was drawn.</summary>
internal static class Draws
{
    /// <summary>A uniform integer, both ends included.</summary>
    public static int Between(this Random random, int least, int most) => random.Next(least, most + 1);

    /// <summary>Some uniform integers, both ends included.</summary>
    public static int[] Between(this Random random, int least, int most, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Between(least, most))];

    /// <summary>One of some values, all equally likely.</summary>
    public static TValue OneOf<TValue>(this Random random, params ReadOnlySpan<TValue> values) => values[random.Next(values.Length)];

    /// <summary>The same numbers with one of them reduced by 1, but none below 1.</summary>
    public static IEnumerable<int[]> Smaller(int[] numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] > 1)
                yield return [.. numbers[..i], numbers[i] - 1, .. numbers[(i + 1)..]];
        }
    }
}
