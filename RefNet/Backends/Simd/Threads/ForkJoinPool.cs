using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace RefNet.Backends.Simd;

/// <summary>
/// Threads that wait for a loop and share its iterations. A training step has hundreds of loops of a few microseconds:
/// handing one to a thread that is spinning costs a fraction of a microsecond and allocates nothing. A thread that
/// has spun in vain for a short while goes to sleep, so that an idle network does not use the processor. Each thread
/// begins with the same part of every loop, since the loops before it have left that memory in the thread's cache.
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

    // The distance between the counters of two threads: they share no cache line.
    private const int CounterStride = 64 / sizeof(int);

    private static readonly long spinTicks = Stopwatch.Frequency / 20_000; // 50 microseconds

    private readonly Lock ownership = new();
    private readonly object bell = new();
    private int workers;

    // The running loop: written by its caller while it is closed and no worker is inside.
    private Action<int> body = static _ => { };
    private int count;
    private int threads;
    private int portion;
    private int[] next = [];
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
            (this.body, this.count, this.threads, portion, failure) = (body, count, threads, Math.Max(1, count / (PortionsPerThread * threads)), null);
            if (next.Length < threads * CounterStride)
                next = new int[threads * CounterStride];
            for (int part = 0; part < threads; part++)
                next[part * CounterStride] = Border(part);
            Interlocked.Exchange(ref isOpen, 1);
            Interlocked.Increment(ref generation);
            if (Volatile.Read(ref sleepers) > 0)
                Wake();

            RunIterations(0);

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
        while (workers < wanted)
        {
            int worker = ++workers;
            new Thread(() => Work(worker)) { IsBackground = true, Name = $"RefNet worker {worker}" }.Start();
        }
    }

    private void Wake()
    {
        lock (bell)
            Monitor.PulseAll(bell);
    }

    private void Work(int worker)
    {
        ParallelLoop.EnterWorker();
        for (int seen = 0; ; seen = WaitForLoop(seen))
        {
            Interlocked.Increment(ref inside);
            if (Volatile.Read(ref isOpen) == 1 && worker < threads)
                RunIterations(worker);
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

    // The first iteration of a part; there is one part for each thread.
    private int Border(int part) => EqualParts.Border(part, threads, count);

    // Runs the iterations of a thread's own part, then helps with those of the others.
    private void RunIterations(int thread)
    {
        try
        {
            for (int i = 0; i < threads; i++)
                RunPart((thread + i) % threads);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            for (int part = 0; part < threads; part++)
                Volatile.Write(ref next[part * CounterStride], count);
        }
    }

    private void RunPart(int part)
    {
        int partEnd = Border(part + 1);
        ref int counter = ref next[part * CounterStride];
        for (int first = Interlocked.Add(ref counter, portion) - portion; first < partEnd; first = Interlocked.Add(ref counter, portion) - portion)
        {
            int end = Math.Min(partEnd, first + portion);
            for (int i = first; i < end; i++)
                body(i);
        }
    }
}
