using NUnit.Framework;
using RefNet.Tensors;

namespace RefNet.Tests.Tensors;

/// <summary>Where the newest numbers of a tensor are, and when they cross between host and device.</summary>
[TestFixture]
public sealed class StorageTests
{
    private FakeMemory<double> memory = new();

    [SetUp]
    public void ANewDevice() => memory = new FakeMemory<double>();

    [Test]
    public void ReadingOnTheHostLeavesTheDeviceCopyAsItIs()
    {
        Tensor<double> t = new(new Shape(3), [1, 2, 3]);
        Assert.That(memory.Numbers(t, Access.Read).ToArray(), Is.EqualTo(new double[] { 1, 2, 3 }));
        _ = t.Values.Length + t.Sample(0).Length + t[2];
        memory.Numbers(t, Access.Read);
        Assert.That((memory.Uploaded, memory.Downloaded), Is.EqualTo((3, 0)));
    }

    [Test]
    public void WritingOnTheHostSendsTheNumbersAgain()
    {
        Tensor<double> t = new(new Shape(3), [1, 2, 3]);
        memory.Numbers(t, Access.Read);
        t[1] = 20;
        Assert.That(memory.Numbers(t, Access.Read).ToArray(), Is.EqualTo(new double[] { 1, 20, 3 }));
        t.Span[2] = 30;
        Assert.That(memory.Numbers(t, Access.Read).ToArray(), Is.EqualTo(new double[] { 1, 20, 30 }));
        Assert.That(memory.Uploaded, Is.EqualTo(9));
    }

    [Test]
    public void WhatTheDeviceWritesIsReadOnTheHostAndCrossesOnce()
    {
        Tensor<double> t = new(new Shape(2), [1, 2]);
        memory.Numbers(t, Access.Write).Fill(7);
        Assert.That(t.Values.ToArray(), Is.All.EqualTo(7));
        Assert.That(t.Values.ToArray(), Is.All.EqualTo(7));
        Assert.That((memory.Uploaded, memory.Downloaded), Is.EqualTo((0, 2)), "what is written whole need not be sent first");
    }

    [Test]
    public void WhatTheDeviceReadsAndWritesGoesThereAndBack()
    {
        Tensor<double> t = new(new Shape(2), [1, 2]);
        memory.Numbers(t, Access.ReadWrite)[0] += 10;
        memory.Numbers(t, Access.ReadWrite)[0] += 100;
        t.Span[1] = 3;
        memory.Numbers(t, Access.ReadWrite)[1] += 10;
        Assert.That(t.Values.ToArray(), Is.EqualTo(new double[] { 111, 13 }), "host and device take turns, and nothing is lost");
    }

    [Test]
    public void ViewsShareTheCopy()
    {
        Tensor<double> t = new(new Shape(2, 3), [1, 2, 3, 4, 5, 6]);
        Tensor<double> view = t.Reshape(new Shape(3, 2));
        memory.Numbers(t, Access.Read);
        memory.Numbers(view, Access.ReadWrite)[5] = 60;
        Assert.That((memory.Copies, memory.Uploaded), Is.EqualTo((1, 6)));
        Assert.That(t[1, 2], Is.EqualTo(60));
        t[0, 0] = 10;
        Assert.That(memory.Numbers(view, Access.Read)[0], Is.EqualTo(10));
    }

    [Test]
    public void ZerosNeedNoMemoryOfTheHost()
    {
        const int Count = 1_000_000;
        Tensor<double> small = new(new Shape(1)); // so that nothing is compiled while bytes are counted
        memory.Numbers(small, Access.Read);
        small.LeaveDevice();

        Tensor<double> t = new(new Shape(Count));
        long before = GC.GetAllocatedBytesForCurrentThread();
        DeviceCopy<double> copy = t.On(memory, Access.Read);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(taken, Is.InRange(Count * sizeof(double), Count * sizeof(double) + 100_000), "the copy alone");
        Assert.That(memory.Uploaded, Is.Zero);
        Assert.That(memory.Numbers(t, Access.Read).ToArray(), Is.All.Zero);
        Assert.That(copy.Length, Is.EqualTo(Count));
    }

    [Test]
    public void ATensorUsedAgainForFewerNumbersSendsFewer()
    {
        Tensor<double>? t = new(new Shape(6), [1, 2, 3, 4, 5, 6]);
        Tensor<double>.Reuse(ref t, new Shape(2)).CopyFrom([7, 8]);
        Assert.That(memory.Numbers(t, Access.ReadWrite).ToArray(), Is.EqualTo(new double[] { 7, 8 }));
        memory.Numbers(t, Access.ReadWrite)[0] = 70;
        Assert.That(t.Values.ToArray(), Is.EqualTo(new double[] { 70, 8 }));
        Assert.That((memory.Uploaded, memory.Downloaded), Is.EqualTo((2, 2)));

        Tensor<double>.Reuse(ref t, new Shape(6));
        memory.Numbers(t, Access.Write).Fill(9);
        Assert.That(t.Values.ToArray(), Is.All.EqualTo(9));
        Assert.That(memory.Copies, Is.EqualTo(1), "the copy has room for what the tensor had room for");
    }

    [Test]
    public void LeavingTheDeviceBringsTheNumbersAndFreesTheCopy()
    {
        Tensor<double> t = new(new Shape(2));
        memory.Numbers(t, Access.Write).Fill(5);
        t.LeaveDevice();
        Assert.That(memory.Copies, Is.Zero);
        Assert.That(t.Values.ToArray(), Is.All.EqualTo(5));
        t.LeaveDevice();
        Assert.That(memory.Downloaded, Is.EqualTo(2), "there is nothing left to bring");
        Assert.That(memory.Numbers(t, Access.Read).ToArray(), Is.All.EqualTo(5), "and it can go there again");
    }

    [Test]
    public void AnotherDeviceTakesTheNumbersOver()
    {
        FakeMemory<double> other = new();
        Tensor<double> t = new(new Shape(2));
        memory.Numbers(t, Access.Write).Fill(5);
        Assert.That(other.Numbers(t, Access.Read).ToArray(), Is.All.EqualTo(5));
        Assert.That((memory.Copies, other.Copies), Is.EqualTo((0, 1)));
    }

    // A loop's threads may be the first to ask for the numbers: one memory is made, and one copy crosses.
    [Test]
    public void SeveralThreadsMayAskFirst()
    {
        const int Threads = 8;
        for (int round = 0; round < 50; round++)
        {
            Tensor<double> t = new(new Shape(Threads));
            AtOnce(Threads, i => t.Span[i] = i + 1);
            Assert.That(t.Values.ToArray(), Is.EqualTo(new double[] { 1, 2, 3, 4, 5, 6, 7, 8 }), "each wrote into the same memory");

            memory = new FakeMemory<double>();
            memory.Numbers(t, Access.Write).Fill(3);
            double[] seen = new double[Threads];
            AtOnce(Threads, i => seen[i] = t.Values[i]);
            Assert.That(seen, Is.All.EqualTo(3));
            Assert.That(memory.Downloaded, Is.EqualTo(Threads), "one of them brought the numbers");
        }
    }

    [Test]
    public void ThreadsThatAskFirstTakeOneMemory()
    {
        const int Threads = 8, Count = 1_000_000;
        AtOnce(Threads, _ => { }); // so that nothing is compiled while bytes are counted
        Tensor<double> t = new(new Shape(Count));
        long before = GC.GetTotalAllocatedBytes(precise: true);
        AtOnce(Threads, i => t.Span[i] = 1);
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(2 * Count * sizeof(double)));
    }

    private static void AtOnce(int count, Action<int> action)
    {
        using Barrier start = new(count);
        Thread[] threads = [.. Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            action(i);
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
    }
}
