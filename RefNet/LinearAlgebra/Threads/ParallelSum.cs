using System.Numerics;
using RefNet.Tensors;

namespace RefNet.LinearAlgebra;

/// <summary>
/// One <see cref="ParallelLoop.Sum{T}"/> on its way. The object, its delegate and its memory are used again by the next
/// sum on the same thread.
/// </summary>
internal sealed class ParallelSum<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Sums are split into at most this many parts; a constant, because the split decides the bits.
    private const int MaxParts = 16;

    // Long sums, the weights of a large layer, are split into fewer parts: each part needs memory of its own.
    private const int MaxElements = 1 << 22;

    // So many elements fill at least a cache line: parts begin that far apart, so that no two threads write to one line.
    private const int CacheLine = 16;

    [ThreadStatic]
    private static ParallelSum<T>? spare;

    // Parts are added up in chunks of so many elements, which threads share.
    private const int ChunkLength = 4096;

    private readonly Action<int> runPart;
    private readonly Action<int> addChunk;
    private ParallelSum<T>? nextSpare; // more than one where a sum stands inside a sum
    private AlignedMemory<T> memory = new(0);
    private ParallelLoop.SumBody<T>? body;
    private int count;
    private int parts;
    private int length;

    private ParallelSum()
    {
        runPart = RunPart;
        addChunk = AddChunk;
    }

    /// <inheritdoc cref="ParallelLoop.Sum{T}"/>
    public static void Run(int count, Span<T> sum, ParallelLoop.SumBody<T> body)
    {
        if (count == 0)
            return;

        ParallelSum<T> run = spare ?? new ParallelSum<T>();
        spare = run.nextSpare;
        try
        {
            run.AddUp(count, sum, body);
        }
        finally
        {
            run.body = null;
            run.nextSpare = spare;
            spare = run;
        }
    }

    private Span<T> Part(int part) =>
        memory.Span.Slice(part * ((length + CacheLine - 1) / CacheLine * CacheLine), length);

    private void AddUp(int count, Span<T> sum, ParallelLoop.SumBody<T> body)
    {
        (this.body, this.count, length) = (body, count, sum.Length);
        parts = Math.Min(count, Math.Clamp(MaxElements / Math.Max(1, length), 1, MaxParts));
        int needed = checked(parts * (length + CacheLine));
        if (memory.Length < needed)
            memory = new AlignedMemory<T>(needed);

        ParallelLoop.For(parts, runPart);
        ParallelLoop.For((length + ChunkLength - 1) / ChunkLength, addChunk);
        TensorPrimitives.Add(sum, Part(0), sum);
    }

    // Adds a chunk of every part to that of the first, in order.
    private void AddChunk(int chunk)
    {
        int start = chunk * ChunkLength, count = Math.Min(ChunkLength, length - start);
        Span<T> first = Part(0).Slice(start, count);
        for (int part = 1; part < parts; part++)
            TensorPrimitives.Add(first, Part(part).Slice(start, count), first);
    }

    private void RunPart(int part)
    {
        Span<T> partialSum = Part(part);
        partialSum.Clear();
        int end = (int)((part + 1L) * count / parts);
        for (int i = (int)((long)part * count / parts); i < end; i++)
            body!(i, partialSum);
    }
}
