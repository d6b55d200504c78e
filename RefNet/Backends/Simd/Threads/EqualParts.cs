namespace RefNet.Backends.Simd;

/// <summary>Work divided into parts as equal as possible.</summary>
internal static class EqualParts
{
    /// <summary>Sums are split into at most this many parts, which are then added in order: a constant, because it determines the bits.</summary>
    public const int MostSums = 16;

    /// <summary>The first element of a part, and one past its last.</summary>
    /// <inheritdoc cref="Border"/>
    public static (int Start, int End) Range(int part, int parts, int count, int unit = 1) => (Border(part, parts, count, unit), Border(part + 1, parts, count, unit));

    /// <summary>Where a part begins, and the part before it ends.</summary>
    /// <param name="part">The part, from 0 to <paramref name="parts"/>: the last border is the count.</param>
    /// <param name="parts">The number of parts.</param>
    /// <param name="count">What is divided.</param>
    /// <param name="unit">Parts consist of whole units of this size, except for the last.</param>
    public static int Border(int part, int parts, int count, int unit = 1) => (int)Math.Min(count, ((long)count + unit - 1) / unit * part / parts * unit);
}
