using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Randomness;

namespace RefNet.Tests.Backends;

[TestFixture]
public sealed class ParallelLoopTests
{
    private int threadsBefore;

    [SetUp]
    public void RememberThreads() => threadsBefore = ParallelLoop.MaxThreads;

    [TearDown]
    public void RestoreThreads() => ParallelLoop.MaxThreads = threadsBefore;

    [Test]
    public void CallsEachIterationOnce([Values(1, 2, 3, 8)] int threads, [Values(0, 1, 2, 3, 7, 1000)] int count)
    {
        ParallelLoop.MaxThreads = threads;
        int[] calls = new int[count];
        ParallelLoop.For(count, i => Interlocked.Increment(ref calls[i]));
        Assert.That(calls, Is.All.EqualTo(1));
    }

    [Test]
    public void CallsEachIterationOnceInManyShortLoops()
    {
        // Workers that arrive late, when a loop is closing or the next has begun, are what this looks for.
        int[] calls = new int[5];
        for (int loop = 1; loop <= 50_000; loop++)
        {
            ParallelLoop.MaxThreads = 1 + loop % 5;
            int count = 1 + loop % 4;
            ParallelLoop.For(count, i => Interlocked.Increment(ref calls[i]));
            for (int i = 0; i < calls.Length; i++)
            {
                if (calls[i] != (i < count ? 1 : 0))
                    Assert.Fail($"loop {loop}: iteration {i} of {count} ran {calls[i]} times");
                calls[i] = 0;
            }
        }
    }

    [Test]
    public void WakesWorkersThatSleep()
    {
        ParallelLoop.MaxThreads = 2;
        for (int loop = 0; loop < 20; loop++)
        {
            Thread.Sleep(2); // longer than a worker spins
            // Each iteration waits for the other: this ends only if two threads take part.
            using Barrier barrier = new(2);
            ParallelLoop.For(2, _ => Assert.That(barrier.SignalAndWait(TimeSpan.FromSeconds(20)), Is.True, "the second thread never came"));
        }
    }

    [Test]
    public void UsesNoMoreThreadsThanAllowed([Values(1, 2, 3)] int threads)
    {
        ParallelLoop.MaxThreads = 5;
        ParallelLoop.For(100, _ => Thread.SpinWait(100)); // the pool has 4 workers from now on
        ParallelLoop.MaxThreads = threads;
        HashSet<int> seen = [];
        ParallelLoop.For(200, _ =>
        {
            Thread.SpinWait(1000);
            lock (seen)
                seen.Add(Environment.CurrentManagedThreadId);
        });
        Assert.That(seen, Has.Count.LessThanOrEqualTo(threads));
    }

    [Test]
    public void ThrowsWhatTheBodyThrowsAndWorksAgainAfterwards([Values(1, 2, 4)] int threads)
    {
        ParallelLoop.MaxThreads = threads;
        for (int round = 0; round < 200; round++)
        {
            int bad = round % 10;
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(() =>
                ParallelLoop.For(10, i =>
                {
                    if (i == bad)
                        throw new InvalidOperationException($"iteration {i}");
                }))!;
            Assert.That(error.Message, Is.EqualTo($"iteration {bad}"));

            int calls = 0;
            ParallelLoop.For(10, _ => Interlocked.Increment(ref calls));
            Assert.That(calls, Is.EqualTo(10));
        }
    }

    [Test]
    public void InnerLoopsRunOnTheThreadThatTheyAreOn()
    {
        ParallelLoop.MaxThreads = 4;
        int calls = 0;
        ParallelLoop.For(8, _ =>
        {
            int outerThread = Environment.CurrentManagedThreadId;
            ParallelLoop.For(8, _ =>
            {
                if (Environment.CurrentManagedThreadId == outerThread)
                    Interlocked.Increment(ref calls);
            });
        });
        Assert.That(calls, Is.EqualTo(64));
    }

    [Test]
    public void ManyThreadsMayLoopAtOnce()
    {
        ParallelLoop.MaxThreads = 3;
        long total = 0;
        Thread[] callers = new Thread[6];
        for (int t = 0; t < callers.Length; t++)
        {
            callers[t] = new Thread(() =>
            {
                for (int loop = 0; loop < 2000; loop++)
                    ParallelLoop.For(10, i => Interlocked.Add(ref total, i));
            });
            callers[t].Start();
        }

        foreach (Thread caller in callers)
            caller.Join();
        Assert.That(total, Is.EqualTo(6 * 2000 * 45L));
    }

    [Test]
    public void SumGivesTheSameBitsOnAnyNumberOfThreads([Values(1, 5, 16, 17, 100)] int count)
    {
        float[] Run(int threads)
        {
            ParallelLoop.MaxThreads = threads;
            float[] sum = new float[37];
            ParallelLoop.Sum<float>(count, sum, (i, partialSum) =>
            {
                Random random = Seeds.Create(i);
                foreach (ref float value in partialSum)
                    value += random.NextSingle() - 0.5f;
            });
            return sum;
        }

        float[] expected = Run(1);
        foreach (int threads in new[] { 2, 3, 8 })
            Assert.That(Run(threads), Is.EqualTo(expected));
    }

    [Test]
    public void SumAddsToWhatIsThere([Values(1, 2)] int threads, [Values(0, 1, 3, 40)] int count)
    {
        ParallelLoop.MaxThreads = threads;
        double[] sum = [10, 20];
        ParallelLoop.Sum<double>(count, sum, (i, partialSum) =>
        {
            partialSum[0] += i;
            partialSum[1] += 1;
        });
        Assert.That(sum, Is.EqualTo(new double[] { 10 + count * (count - 1) / 2, 20 + count }));
    }

    [Test]
    public void SumsMayStandInsideSums()
    {
        ParallelLoop.MaxThreads = 2;
        double[] sum = [0];
        ParallelLoop.Sum<double>(20, sum, (i, outer) => ParallelLoop.Sum<double>(20, outer, (j, inner) => inner[0] += i * j));
        Assert.That(sum[0], Is.EqualTo(190.0 * 190.0));
    }

    [Test]
    public void ASumThatFailsLeavesNothingBehind()
    {
        ParallelLoop.MaxThreads = 2;
        double[] sum = [1];
        Assert.Throws<InvalidOperationException>(() => ParallelLoop.Sum<double>(20, sum, (i, partialSum) =>
        {
            partialSum[0] += 100;
            if (i == 7)
                throw new InvalidOperationException();
        }));
        Assert.That(sum[0], Is.EqualTo(1));
        ParallelLoop.Sum<double>(20, sum, (_, partialSum) => partialSum[0] += 1);
        Assert.That(sum[0], Is.EqualTo(21));
    }

    [Test]
    public void ALoopInsideALoopOfTheSameKindKeepsItsOwnState()
    {
        int[] calls = new int[100];
        ParallelLoop.For(10, (calls, 0), static (i, outer) =>
            ParallelLoop.For(10, (outer.calls, 10 * i), static (j, inner) => Interlocked.Increment(ref inner.calls[inner.Item2 + j])));
        Assert.That(calls, Is.All.EqualTo(1));
    }

    [Test]
    public void AllocatesNothingOnceWarm()
    {
        ParallelLoop.MaxThreads = 2;
        float[] sum = new float[100];
        Action<int> body = _ => { };
        ParallelLoop.SumBody<float> sumBody = (_, partialSum) => partialSum[0] += 1;
        void Step()
        {
            ParallelLoop.For(8, body);
            ParallelLoop.Sum(8, sum, sumBody);
            ParallelLoop.For(8, (sum, 2), static (i, s) => ParallelLoop.For(s.Item2, (s.sum, i), static (_, inner) => inner.sum[inner.i] = 0));
            ParallelLoop.Sum(8, sum, sum.Length, static (i, partialSum, length) => partialSum[i % length] += 1);
        }

        for (int i = 0; i < 100; i++)
            Step();
        // The least of several times: the runtime may allocate on this thread too, but not each time.
        Assert.That(Enumerable.Range(0, 5).Min(_ => Allocated()), Is.Zero);

        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
                Step();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Test]
    public void WorkersSleepWhenThereIsNothingToDo()
    {
        ParallelLoop.MaxThreads = 4;
        ParallelLoop.For(100, _ => Thread.SpinWait(100));
        Assert.That(() => ParallelLoop.AllWorkersSleep, Is.True.After(10_000, pollingInterval: 1), "a worker that never sleeps uses a whole core");
    }

    [Test]
    public void RefusesNoThreads() => Assert.Throws<ArgumentOutOfRangeException>(() => ParallelLoop.MaxThreads = 0);
}
