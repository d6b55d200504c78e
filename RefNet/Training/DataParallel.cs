using System.Numerics;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>
/// The gradient of a batch, computed by threads that share its samples: each takes a slice of the batch through a whole
/// network of its own, which has the same weights, and the gradients of the slices are added up. A slice of a small network
/// stays in the cache from layer to layer, and threads meet once a step instead of once a layer. LECTURES T1.
/// </summary>
/// <remarks>
/// The loss is a mean over samples, so the gradient of a batch of N is the sum over slices of n/N times the gradient of a
/// slice of n. Slices and the order of their sum depend on N alone: the same bits on any number of threads, though not those
/// of a batch in one piece.
/// </remarks>
internal sealed class DataParallel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most samples in a slice: as many as the widest registers have lanes of float.</summary>
    public const int SliceSize = 16;

    // Gradients of so many parameters stay in the second-level cache.
    private const int MaxParameters = 1 << 17;

    // In a dense layer a weight serves one product a sample; slices are for weights that serve many.
    private const int MinProductsPerParameter = 4;

    private readonly Sequential<T> network;
    private readonly Func<Learner<T>> replicate;
    private readonly Stack<Replica> idle = new();
    private readonly List<Learner<T>> made = [];
    private readonly T[] sums;

    /// <summary>Shares the work of a network.</summary>
    /// <param name="network">The network whose gradients are computed.</param>
    /// <param name="replicate">Makes a network of the same layers, whatever its weights, with its loss: another one each time.</param>
    public DataParallel(Sequential<T> network, Func<Learner<T>> replicate)
    {
        this.network = network;
        this.replicate = replicate;
        sums = new T[Replica.Counters + CountParameters(network)];
    }

    /// <summary>
    /// Whether slices give the gradient of the batch, and are worth it: no layer keeps something from sample to sample
    /// (batch normalisation, dropout), the network is small and convolutional, and the threads of the processor compute its
    /// products: another backend, such as a graphics card, wants whole batches.
    /// </summary>
    public static bool Suits(Sequential<T> network)
    {
        int parameters = CountParameters(network);
        return GemmDefaults<T>.Current is SimdGemm<T> && network.Buffers.Count == 0 && parameters <= MaxParameters
            && network.Cost(network.Input).MultiplyAccumulates >= (long)MinProductsPerParameter * parameters;
    }

    /// <summary>Sets the gradients of all parameters to those of the loss of a batch.</summary>
    /// <returns>The loss of the batch, its mean over the samples, and the number of samples that were wrong.</returns>
    public (T Loss, int Errors) ComputeGradients(Batch<T> batch)
    {
        Array.Clear(sums);
        ParallelLoop.Sum((batch.Count + SliceSize - 1) / SliceSize, sums.AsSpan(), (self: this, batch), static (slice, sums, of) =>
        {
            Replica replica = of.self.Borrow();
            replica.AddGradients(of.batch, slice, sums);
            of.self.GiveBack(replica);
        });

        ReadOnlySpan<T> rest = sums.AsSpan(Replica.Counters);
        for (int p = 0; p < network.Parameters.Count; p++)
        {
            Tensor<T> gradient = network.Parameters[p].Gradient;
            rest[..gradient.Count].CopyTo(gradient.Span);
            rest = rest[gradient.Count..];
        }

        return (sums[0], int.CreateChecked(sums[1]));
    }

    private static int CountParameters(Sequential<T> network) => network.Parameters.Sum(parameter => parameter.Value.Count);

    private Replica Borrow()
    {
        lock (idle)
        {
            if (idle.TryPop(out Replica? replica))
                return replica;

            Learner<T> learner = replicate();
            if (learner.Network == network || made.Contains(learner))
                throw new InvalidOperationException("A replica must be another network each time, since threads use them at once; the same one was made again.");
            made.Add(learner);
            return new Replica(learner, network);
        }
    }

    private void GiveBack(Replica replica)
    {
        lock (idle)
            idle.Push(replica);
    }

    // A network that has the weights of another.
    private sealed class Replica
    {
        // The loss and the errors stand before the gradients.
        public const int Counters = 2;

        private readonly Learner<T> learner;
        private readonly Batch<T> wholeSlice = new();
        private readonly Batch<T> lastSlice = new(); // what is left at the end of a batch

        public Replica(Learner<T> learner, Sequential<T> original)
        {
            this.learner = learner;
            for (int p = 0; p < original.Parameters.Count; p++)
            {
                Tensor<T>? value = learner.Network.Parameters[p].Value;
                original.Parameters[p].Value.View(ref value, value.Shape);
            }
        }

        public void AddGradients(Batch<T> batch, int index, Span<T> sums)
        {
            int first = index * SliceSize, count = Math.Min(SliceSize, batch.Count - first);
            Batch<T> slice = count == SliceSize ? wholeSlice : lastSlice;
            slice.Copy(batch, first, count);
            T share = T.CreateChecked(slice.Count) / T.CreateChecked(batch.Count);
            (T loss, int errors) = learner.ComputeGradients(slice, share);
            sums[0] += loss * share;
            sums[1] += T.CreateChecked(errors);
            sums = sums[Counters..];
            for (int p = 0; p < learner.Network.Parameters.Count; p++)
            {
                Span<T> gradient = learner.Network.Parameters[p].Gradient.Span;
                TensorPrimitives.Add(sums[..gradient.Length], gradient, sums);
                sums = sums[gradient.Length..];
            }
        }
    }
}
