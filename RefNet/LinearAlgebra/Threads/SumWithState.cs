using System.Numerics;

namespace RefNet.LinearAlgebra;

/// <summary>The body of a sum together with what it works on: <see cref="LoopWithState{TState}"/> for sums.</summary>
internal sealed class SumWithState<T, TState> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [ThreadStatic]
    private static SumWithState<T, TState>? spare;

    private SumWithState<T, TState>? nextSpare; // more than one where a sum stands inside a sum

    private readonly ParallelLoop.SumBody<T> run;
    private ParallelLoop.SumBody<T, TState> body = static (_, _, _) => { };
    private TState state = default!;

    private SumWithState() => run = (i, partialSum) => body(i, partialSum, state);

    /// <inheritdoc cref="ParallelLoop.Sum{T, TState}"/>
    public static void Run(int count, Span<T> sum, TState state, ParallelLoop.SumBody<T, TState> body)
    {
        SumWithState<T, TState> loop = spare ?? new SumWithState<T, TState>();
        spare = loop.nextSpare;
        (loop.state, loop.body) = (state, body);
        try
        {
            ParallelLoop.Sum(count, sum, loop.run);
        }
        finally
        {
            (loop.state, loop.body) = (default!, static (_, _, _) => { });
            loop.nextSpare = spare;
            spare = loop;
        }
    }
}
