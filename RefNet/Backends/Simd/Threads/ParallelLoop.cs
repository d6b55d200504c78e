using System.Numerics;

namespace RefNet.Backends.Simd;

/// <summary>
/// Loops whose work is shared between threads. What an iteration computes and the order in which sums are added
/// depend only on the counts, never on the number of threads: the same bits on 1 thread and on N.
/// </summary>
/// <remarks>
/// A nested loop runs on its own thread alone, and so does a loop that begins while another thread's loop is running.
/// A call allocates nothing besides the caller's delegate; the overloads with a state let the caller use a static
/// lambda, which is allocated once.
/// </remarks>
public static class ParallelLoop
{
    private static readonly ForkJoinPool pool = new();

    [ThreadStatic]
    private static bool insideLoop;

    /// <summary>The most threads that a loop uses, 1 or more; it may change between loops.</summary>
    public static int MaxThreads
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "There must be at least one thread.");
    } = Environment.ProcessorCount;

    /// <summary>The largest number of threads that a loop starting here would use.</summary>
    internal static int AvailableThreads => insideLoop ? 1 : MaxThreads;

    /// <summary>Whether no thread of the pool uses the processor.</summary>
    internal static bool AllWorkersSleep => pool.AllSleep;

    /// <summary>Calls <paramref name="body"/> for 0 to <paramref name="count"/> - 1, in no fixed order.</summary>
    /// <exception cref="Exception">The first exception that the body threw; some of the other iterations are then skipped.</exception>
    public static void For(int count, Action<int> body)
    {
        int threads = Math.Min(AvailableThreads, count);
        if (threads > 1)
        {
            insideLoop = true;
            try
            {
                if (pool.TryRun(count, body, threads))
                    return;
            }
            finally
            {
                insideLoop = false;
            }
        }

        for (int i = 0; i < count; i++)
            body(i);
    }

    /// <summary>Calls <paramref name="body"/> for 0 to <paramref name="count"/> - 1 with <paramref name="state"/>, in no fixed order.</summary>
    /// <exception cref="Exception">The first exception that the body threw; some of the other iterations are then skipped.</exception>
    public static void For<TState>(int count, TState state, Action<int, TState> body) => LoopWithState<TState>.Run(count, state, body);

    /// <summary>One iteration, which adds its contribution to <paramref name="partialSum"/>.</summary>
    public delegate void SumBody<T>(int i, Span<T> partialSum);

    /// <summary>
    /// Adds the contributions of all iterations to <paramref name="sum"/>. Iterations are divided into parts, each
    /// part sums its own iterations in order, and the parts are added in order.
    /// </summary>
    /// <exception cref="Exception">What the body threw; <paramref name="sum"/> is then unchanged.</exception>
    public static void Sum<T>(int count, Span<T> sum, SumBody<T> body) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ParallelSum.Run(count, sum, body, static (i, partialSum, body) => body(i, partialSum));

    /// <summary>One iteration with its state.</summary>
    public delegate void SumBody<T, TState>(int i, Span<T> partialSum, TState state);

    /// <inheritdoc cref="Sum{T}"/>
    /// <remarks>The body receives <paramref name="state"/> in each iteration.</remarks>
    public static void Sum<T, TState>(int count, Span<T> sum, TState state, SumBody<T, TState> body) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ParallelSum.Run(count, sum, state, body);

    /// <summary>Marks this thread as one of the pool's, so that its loops run on itself alone.</summary>
    internal static void EnterWorker() => insideLoop = true;
}
