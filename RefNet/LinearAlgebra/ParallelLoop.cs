using System.Numerics;

namespace RefNet.LinearAlgebra;

/// <summary>
/// Loops that share their work between threads. What an iteration computes and the order in which sums are added depend
/// on the counts alone, never on the number of threads: the same bits on 1 thread and on N.
/// </summary>
public static class ParallelLoop
{
    // Sums are split into at most this many parts; a constant, because the split decides the bits.
    private const int MaxParts = 16;

    [ThreadStatic]
    private static bool insideLoop;

    /// <summary>The most threads that a loop uses, 1 or more; a loop inside a loop runs on the thread that it is on.</summary>
    public static int MaxThreads
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "There must be at least one thread.");
    } = Environment.ProcessorCount;

    /// <summary>How many threads a loop that began here would use.</summary>
    internal static int AvailableThreads => insideLoop ? 1 : MaxThreads;

    /// <summary>Calls <paramref name="body"/> for 0 to <paramref name="count"/> - 1, in no fixed order.</summary>
    public static void For(int count, Action<int> body)
    {
        if (insideLoop || MaxThreads == 1 || count <= 1)
        {
            for (int i = 0; i < count; i++)
                body(i);
            return;
        }

        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = MaxThreads }, i =>
        {
            insideLoop = true;
            try
            {
                body(i);
            }
            finally
            {
                insideLoop = false;
            }
        });
    }

    /// <summary>One iteration that adds what it has to add to <paramref name="partialSum"/>.</summary>
    public delegate void SumBody<T>(int i, Span<T> partialSum);

    /// <summary>
    /// Adds to <paramref name="sum"/> what each iteration contributes. Iterations are cut into parts, each part adds up
    /// its own iterations in order, and the parts are added in order.
    /// </summary>
    public static void Sum<T>(int count, Span<T> sum, SumBody<T> body) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int parts = Math.Min(count, MaxParts);
        int length = sum.Length;
        T[][] partialSums = new T[parts][];
        For(parts, part =>
        {
            partialSums[part] = new T[length];
            for (int i = part * count / parts; i < (part + 1) * count / parts; i++)
                body(i, partialSums[part]);
        });
        foreach (T[] partialSum in partialSums)
            TensorPrimitives.Add(sum, partialSum, sum);
    }
}
