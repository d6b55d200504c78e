using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace RefNet.Backends.Simd;

/// <summary>
/// Threads that wait for a loop and share its iterations. A training step has hundreds of loops of a few microseconds:
/// handing one to a thread that is spinning costs a fraction of a microsecond and allocates nothing. A thread that
/// has spun in vain for a short while goes to sleep, so that an idle network does not use the processor.
/// </summary>
/// <remarks>
/// One loop runs at a time. Workers come and go freely: a worker announces itself in <see cref="inside"/>, then checks
/// whether the loop is open; the caller closes the loop, then checks whether any worker is inside. Both are sequentially
/// consistent, so at least one of the two sees the other, and no worker touches a loop that its caller has left.
/// </remarks>
internal sealed class ForkJoinPool
{
    // A thread takes several neighbouring iterations at a time, since these mostly use neighbouring memory; with this
    // many portions per thread none waits long for the last.
    private const int PortionsPerThread = 8;

    private static readonly long spinTicks = Stopwatch.Frequency / 20_000; // 50 microseconds

    private readonly Lock ownership = new();
    private readonly object bell = new();
    private int workers;

    // The running loop: written by its caller while it is closed and no worker is inside.
    private Action<int> body = static _ => { };
    private int count;
    private int portion;
    private int seats;
    private int next;
    private ExceptionDispatchInfo? failure;

    private volatile int generation;
    private int isOpen;
    private int inside;
    private int sleepers;

    /// <summary>Runs the loop on this thread and up to <paramref name="threads"/> - 1 others.</summary>
    /// <returns>False, without having run anything, if another thread's loop is using the pool.</returns>
    /// <exception cref="Exception">The first exception that the body threw; the rest of its portion, and portions not yet begun, are then skipped.</exception>
    public bool TryRun(int count, Action<int> body, int threads)
    {
        if (!ownership.TryEnter())
            return false;
        try
        {
            HireUpTo(threads - 1);
            (this.body, this.count, portion, seats, next, failure) = (body, count, Math.Max(1, count / (PortionsPerThread * threads)), threads - 1, 0, null);
            Interlocked.Exchange(ref isOpen, 1);
            Interlocked.Increment(ref generation);
            if (Volatile.Read(ref sleepers) > 0)
                Wake(threads - 1);

            RunIterations();

            Interlocked.Exchange(ref isOpen, 0);
            SpinWait wait = default;
            while (Volatile.Read(ref inside) > 0)
                wait.SpinOnce(sleep1Threshold: -1);
            (ExceptionDispatchInfo? first, failure, this.body) = (failure, null, static _ => { });
            first?.Throw();
            return true;
        }
        finally
        {
            ownership.Exit();
        }
    }

    /// <summary>Whether every worker sleeps, so that none uses the processor.</summary>
    public bool AllSleep => Volatile.Read(ref sleepers) == workers;

    private void HireUpTo(int wanted)
    {
        for (; workers < wanted; workers++)
            new Thread(Work) { IsBackground = true, Name = $"RefNet worker {workers + 1}" }.Start();
    }

    private void Wake(int wanted)
    {
        lock (bell)
        {
            for (int i = 0; i < wanted; i++)
                Monitor.Pulse(bell);
        }
    }

    private void Work()
    {
        ParallelLoop.EnterWorker();
        for (int seen = 0; ; seen = WaitForLoop(seen))
        {
            Interlocked.Increment(ref inside);
            if (Volatile.Read(ref isOpen) == 1 && Interlocked.Decrement(ref seats) >= 0)
                RunIterations();
            Interlocked.Decrement(ref inside);
        }
    }

    // Waits for a loop newer than the one seen, and returns its number.
    private int WaitForLoop(int seen)
    {
        long start = Stopwatch.GetTimestamp();
        for (int spins = 1; generation == seen; spins++)
        {
            Thread.SpinWait(1);
            if (spins % 64 != 0)
                continue;
            if (Stopwatch.GetTimestamp() - start > spinTicks)
                return Sleep(seen);
            Thread.Yield();
        }

        return generation;
    }

    private int Sleep(int seen)
    {
        lock (bell)
        {
            Interlocked.Increment(ref sleepers);
            while (generation == seen)
                Monitor.Wait(bell);
            Interlocked.Decrement(ref sleepers);
        }

        return generation;
    }

    private void RunIterations()
    {
        try
        {
            for (int first = Interlocked.Add(ref next, portion) - portion; first < count; first = Interlocked.Add(ref next, portion) - portion)
            {
                int end = Math.Min(count, first + portion);
                for (int i = first; i < end; i++)
                    body(i);
            }
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            Volatile.Write(ref next, count);
        }
    }
}
