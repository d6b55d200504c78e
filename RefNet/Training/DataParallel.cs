using System.Numerics;
using RefNet.Backends;
using RefNet.Backends.Simd;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Training;

/// <summary>
/// The gradient of a batch, computed by threads that share its samples: each passes a slice of the batch through a
/// replica of the network with the same weights, and the gradients of the slices are added. A slice of a small network
/// stays in the cache from layer to layer, and threads meet once per step instead of once per layer. LECTURES T1.
/// </summary>
/// <remarks>
/// The loss is a mean over samples, so the gradient of a batch of N is the sum over slices of n/N times the gradient of a
/// slice of n, with n and N the divisors of the loss. Slices and the order of their sum depend only on the size of
/// the batch: the bits are the same on any number of threads, but differ from those of an undivided batch.
/// </remarks>
internal sealed class DataParallel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The largest number of samples in a slice: the number of float lanes of the widest registers.</summary>
    public const int SliceSize = 16;

    // Gradients of this many parameters stay in the second-level cache.
    private const int MaxParameters = 1 << 17;

    // In a dense layer a weight takes part in one product per sample; slices pay off where it takes part in many.
    private const int MinProductsPerParameter = 4;

    private readonly Objective<T> objective;
    private readonly Func<Objective<T>> replicate;
    private readonly List<Replica> idle = [];
    private readonly List<Network<T>> replicas = [];
    private readonly List<Part> parts = [];

    /// <summary>Shares the work of an objective.</summary>
    /// <param name="objective">The objective whose gradients are computed.</param>
    /// <param name="replicate">Creates the objective of a new network with the same layers at each call; its weights do not matter.</param>
    public DataParallel(Objective<T> objective, Func<Objective<T>> replicate)
    {
        this.objective = objective;
        this.replicate = replicate;
    }

    /// <summary>
    /// Whether slices give the gradient of the batch, and pay off: every layer treats samples separately and has no buffers, nothing is
    /// frozen, the network is small and convolutional, and it computes on the fast managed backend. Other backends take whole
    /// batches: they have no threads, or a graphics card.
    /// </summary>
    public static bool Suits(Network<T> network)
    {
        int parameters = CountParameters(network);
        bool sameGradient = network.TreatsSamplesAlone && network.Buffers.Count == 0 && !network.Parameters.Any(parameter => parameter.IsFrozen);
        bool pays = parameters <= MaxParameters && network.Cost(network.InputShape).MultiplyAccumulates >= (long)MinProductsPerParameter * parameters;
        return sameGradient && pays && network.Backend is SimdBackend<T> { Name: "simd" };
    }

    /// <summary>Whether the network is still on the same backend, and no part of it was frozen since.</summary>
    public bool StillSuits(IBackend<T> backend)
    {
        bool suits = ReferenceEquals(objective.Network.Backend, backend);
        IReadOnlyList<Parameter<T>> parameters = objective.Network.Parameters;
        for (int p = 0; suits && p < parameters.Count; p++)
            suits = !parameters[p].IsFrozen;
        return suits;
    }

    /// <summary>Sets the gradients of all parameters to those of the objective of a batch.</summary>
    /// <returns>The objective of the batch, a mean over its samples, and the number of wrong samples (null where the outputs are not classes).</returns>
    public (T Loss, int? Errors) ComputeGradients(Batch<T> batch)
    {
        DrawParameters();
        int slices = (batch.Count + SliceSize - 1) / SliceSize, count = Math.Min(slices, EqualParts.MostSums);
        while (parts.Count < count)
            parts.Add(new Part(objective.Network));
        ParallelLoop.For(count, (self: this, batch, total: objective.Loss.TotalWeight(batch.Targets), slices, count), static (i, of) =>
        {
            Replica replica = of.self.Borrow();
            try
            {
                replica.Compute(of.batch, of.total, EqualParts.Range(i, of.count, of.slices), of.self.parts[i]);
            }
            finally
            {
                of.self.GiveBack(replica);
            }
        });

        T loss = T.Zero;
        int? errors = 0;
        for (int i = 0; i < count; i++)
            (loss, errors) = (loss + parts[i].Loss, errors + parts[i].Errors);
        for (int p = 0; p < objective.Network.Parameters.Count; p++)
            AddParts(p, count);
        return (loss + objective.AddPenalty(), errors);
    }

    // The gradient of one parameter, run by run.
    private void AddParts(int parameter, int count)
    {
        Tensor<T> sum = objective.Network.Parameters[parameter].Gradient;
        ParallelLoop.For(Runs.Count(sum), (parts, parameter, count, sum), static (run, of) =>
        {
            Span<T> sums = of.sum.RunSpan(run);
            of.parts[0].Gradients[of.parameter].Run(run).CopyTo(sums);
            for (int i = 1; i < of.count; i++)
                TensorPrimitives.Add(sums, of.parts[i].Gradients[of.parameter].Run(run), sums);
        });
    }

    private static int CountParameters(Network<T> network) => network.Parameters.Sum(parameter => parameter.Count);

    // One thread draws the values that are drawn at first use.
    private void DrawParameters()
    {
        IReadOnlyList<Parameter<T>> parameters = objective.Network.Parameters;
        for (int p = 0; p < parameters.Count; p++)
            _ = parameters[p].Value;
    }

    // A thread takes the replica that it used last, if it can: much of it is still in the cache of its core.
    private Replica Borrow()
    {
        lock (idle)
        {
            if (idle.Count > 0)
            {
                int mine = Math.Max(0, idle.FindIndex(static replica => replica.LastThread == Environment.CurrentManagedThreadId));
                Replica replica = idle[mine];
                idle.RemoveAt(mine);
                return replica;
            }

            Objective<T> made = replicate();
            if (made.Network == objective.Network || replicas.Contains(made.Network))
                throw new InvalidOperationException("Expected another network for each replica, since threads use them at the same time; found the same one again.");
            replicas.Add(made.Network);
            return new Replica(made, objective.Network);
        }
    }

    private void GiveBack(Replica replica)
    {
        replica.LastThread = Environment.CurrentManagedThreadId;
        lock (idle)
            idle.Add(replica);
    }

    // The loss, the errors and the gradients of some slices.
    private sealed class Part(Network<T> network)
    {
        public T Loss { get; set; }

        // Null where the loss counts none.
        public int? Errors { get; set; }

        public Tensor<T>[] Gradients { get; } = [.. network.Parameters.Select(parameter => new Tensor<T>(parameter.Shape))];
    }

    // A network with the weights of another.
    private sealed class Replica
    {
        private readonly Objective<T> objective;
        private readonly Network<T> original;
        private readonly Batch<T> wholeSlice = new();
        private readonly Batch<T> lastSlice = new(); // the remainder of a batch

        public Replica(Objective<T> objective, Network<T> original)
        {
            this.objective = objective;
            this.original = original;
            objective.Network.To(original.Backend);
        }

        public int LastThread { get; set; }

        // The sums of some slices, computed right in the memory of the part.
        public void Compute(Batch<T> batch, T total, (int Start, int End) slices, Part part)
        {
            for (int p = 0; p < original.Parameters.Count; p++)
                objective.Network.Parameters[p].Share(original.Parameters[p], part.Gradients[p]);
            (part.Loss, part.Errors) = (T.Zero, 0);
            for (int slice = slices.Start; slice < slices.End; slice++)
                Compute(batch, total, slice, part, add: slice > slices.Start);
        }

        // A slice counts with its share of the total weight of the batch.
        private void Compute(Batch<T> batch, T total, int index, Part part, bool add)
        {
            int first = index * SliceSize, count = Math.Min(SliceSize, batch.Count - first);
            Batch<T> slice = count == SliceSize ? wholeSlice : lastSlice;
            slice.Copy(batch, first, count);
            T share = total == T.Zero ? T.Zero : objective.Loss.TotalWeight(slice.Targets) / total;
            (T loss, int? errors) = objective.ComputeGradients(slice.Images, slice.Targets, share, add);
            (part.Loss, part.Errors) = (part.Loss + loss * share, part.Errors + errors);
        }
    }
}
