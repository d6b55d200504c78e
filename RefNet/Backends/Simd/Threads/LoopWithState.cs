namespace RefNet.Backends.Simd;

/// <summary>
/// The body of a loop with its state. The next loop of the same kind on the same thread reuses the object and its
/// delegate, so that a loop allocates nothing.
/// </summary>
internal sealed class LoopWithState<TState>
{
    [ThreadStatic]
    private static LoopWithState<TState>? spare;

    private LoopWithState<TState>? nextSpare; // more than one where loops are nested

    private readonly Action<int> run;
    private Action<int, TState> body = static (_, _) => { };
    private TState state = default!;

    private LoopWithState() => run = i => body(i, state);

    /// <inheritdoc cref="ParallelLoop.For{TState}"/>
    public static void Run(int count, TState state, Action<int, TState> body)
    {
        LoopWithState<TState> loop = spare ?? new LoopWithState<TState>();
        spare = loop.nextSpare;
        (loop.state, loop.body) = (state, body);
        try
        {
            ParallelLoop.For(count, loop.run);
        }
        finally
        {
            (loop.state, loop.body) = (default!, static (_, _) => { });
            loop.nextSpare = spare;
            spare = loop;
        }
    }
}
