using RefNet.Randomness;
using static System.FormattableString;

namespace RefNet.Data;

/// <summary>Random orders that depend only on the user's seed and their purpose.</summary>
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

    /// <summary>Splits the images 0 to total - 1: <paramref name="count"/> random ones are held out, both parts are in order.</summary>
    /// <exception cref="InputException">No image would be left.</exception>
    public static (int[] Kept, int[] HeldOut) HoldOut(int total, int count, int seed) =>
        count >= 0 && count < total
            ? HoldOut(total, ..count, seed)
            : throw new InputException(Invariant($"Expected to hold out 0 to {total - 1} of {total} images for validation; found {count}. Hold out fewer."));

    /// <summary>Holds out one of <paramref name="count"/> equal parts of the images 0 to total - 1; its <paramref name="number"/> counts from 1.</summary>
    /// <exception cref="InputException">There are fewer images than parts.</exception>
    public static (int[] Kept, int[] HeldOut) HoldOutPart(int total, int number, int count, int seed) =>
        count <= total
            ? HoldOut(total, (int)((long)total * (number - 1) / count)..(int)((long)total * number / count), seed)
            : throw new InputException(Invariant($"Expected {total} parts or fewer of {total} images; found {count}. Use fewer folds."));

    // Holds out the images in a range of a random order.
    private static (int[] Kept, int[] HeldOut) HoldOut(int total, Range range, int seed)
    {
        int[] order = Permutation(total, seed, HoldOutStream);
        int[] heldOut = order[range], kept = [.. order[..range.Start], .. order[range.End..]];
        Array.Sort(heldOut);
        Array.Sort(kept);
        return (kept, heldOut);
    }
}
