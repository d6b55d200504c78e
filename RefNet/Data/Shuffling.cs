using RefNet.Randomness;

namespace RefNet.Data;

/// <summary>Random orders that depend on the user's seed and their purpose alone.</summary>
internal static class Shuffling
{
    /// <summary>The stream that chooses the validation images.</summary>
    public const long HoldOutStream = 0x484F4C44;

    /// <summary>The stream of the orders of the epochs.</summary>
    public const long EpochStream = 0x53485546;

    /// <summary>The numbers 0 to count - 1, each once; every order is equally likely (Fisher and Yates).</summary>
    public static int[] Permutation(int count, int seed, params ReadOnlySpan<long> stream)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        Random random = Seeds.Create(seed, stream);
        for (int i = 0; i < count - 1; i++)
        {
            int chosen = random.Next(i, count);
            (order[i], order[chosen]) = (order[chosen], order[i]);
        }

        return order;
    }
}
