using System.Diagnostics.CodeAnalysis;

namespace RefNet.Benchmarks.Peers;

/// <summary>
/// A rival's place in a comparison. If its process dies, the others continue without it: it has no result, and is restarted
/// for the next work, until it has died twice in succession. RefNet must not die: without it there is nothing to compare with.
/// </summary>
internal sealed class Seat(Rival rival, int threads) : IDisposable
{
    private const int MostDeaths = 2;

    private Worker? worker;
    private int deaths;

    /// <summary>Whether the last work was prepared, and can be timed.</summary>
    [MemberNotNullWhen(true, nameof(worker))]
    public bool IsReady { get; private set; }

    /// <summary>Prepares the work.</summary>
    /// <returns>The result of the work; null if the rival has died.</returns>
    public float[]? Prepare(string work)
    {
        IsReady = false;
        if (deaths == MostDeaths)
            return null;
        float[]? result = Try(alive => alive.Prepare(work));
        IsReady = result is not null;
        return result;
    }

    /// <summary>Excludes the rival until the next work: its result is wrong.</summary>
    public void LeaveOut() => IsReady = false;

    /// <summary>Does the work for a while.</summary>
    /// <returns>Samples of the seconds that a call took; none if the rival has died.</returns>
    public double[] Time(double seconds) => IsReady ? Try(alive => alive.Time(seconds)) ?? [] : [];

    /// <summary>The peak memory of the process in bytes; NaN if it has died.</summary>
    public double PeakMemory() => IsReady ? Try(alive => new[] { (double)alive.PeakMemory() })?[0] ?? double.NaN : double.NaN;

    public void Dispose() => worker?.Dispose();

    private TResult? Try<TResult>(Func<Worker, TResult> ask) where TResult : class
    {
        try
        {
            worker ??= new Worker(rival, threads);
            TResult answer = ask(worker);
            deaths = 0;
            return answer;
        }
        catch (RivalException error) when (rival != Rivals.RefNet)
        {
            Console.Error.WriteLine($"\n{error.Message} It goes on without {rival.Name}{(++deaths == MostDeaths ? " for the rest of this launch" : "")}.");
            worker?.Dispose();
            worker = null;
            IsReady = false;
            return null;
        }
    }
}
