using System.Numerics;

namespace RefNet.Backends.Simd;

/// <summary>The implementation of <see cref="ParallelLoop.Sum{T}"/>: partial sums in separate memory, which are then added.</summary>
internal static unsafe class ParallelSum
{
    // Long sums, the weights of a large layer, are split into fewer parts: each part needs its own memory.
    private const int MaxElements = 1 << 22;

    /// <inheritdoc cref="ParallelLoop.Sum{T, TState}"/>
    public static void Run<T, TState>(int count, Span<T> sum, TState state, ParallelLoop.SumBody<T, TState> body) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (count == 0)
            return;
        int number = Math.Min(count, Math.Clamp(MaxElements / Math.Max(1, sum.Length), 1, EqualParts.MostSums));
        using Scratch<T> scratch = new(checked(number * Parts<T>.Distance(sum.Length)));
        fixed (T* memory = scratch.Span, target = sum)
        {
            Parts<T> parts = new(memory, number, sum.Length);
            ParallelLoop.For(number, (parts, count, state, body), static (part, s) =>
            {
                Span<T> partialSum = s.parts[part];
                partialSum.Clear();
                (int start, int end) = EqualParts.Range(part, s.parts.Number, s.count);
                for (int i = start; i < end; i++)
                    s.body(i, partialSum, s.state);
            });
            ParallelLoop.For(parts.Chunks, (parts, target: (nint)target), static (chunk, s) => s.parts.AddChunk(chunk, (T*)s.target));
        }
    }

    // Some sums of the same length.
    private readonly struct Parts<T>(T* memory, int number, int length) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // This many elements fill at least a cache line: the distance between parts is a multiple of it, so that no two threads write to one line.
        private const int CacheLine = 16;

        // Parts are added in chunks of this many elements, which threads share.
        private const int ChunkLength = 4096;

        public int Number => number;

        public int Chunks => (length + ChunkLength - 1) / ChunkLength;

        public Span<T> this[int part] => new(memory + (nint)part * Distance(length), length);

        public static int Distance(int length) => (length + CacheLine - 1) / CacheLine * CacheLine;

        // Adds a chunk of every part to that of the first, in order, and then all of it to the target.
        public void AddChunk(int chunk, T* target)
        {
            int start = chunk * ChunkLength, count = Math.Min(ChunkLength, length - start);
            Span<T> first = this[0].Slice(start, count), sum = new(target + start, count);
            for (int part = 1; part < number; part++)
                TensorPrimitives.Add(first, this[part].Slice(start, count), first);
            TensorPrimitives.Add(sum, first, sum);
        }
    }
}
