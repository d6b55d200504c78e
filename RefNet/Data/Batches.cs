using System.Numerics;

namespace RefNet.Data;

/// <summary>
/// Passes over a set of images in mini-batches. Each pass takes every image exactly once, shuffled without replacement
/// for training (the order depends on seed and epoch alone) or as they stand for evaluation. LECTURES T1.
/// </summary>
/// <remarks>
/// The next batch is prepared on another thread while the current one is used; what comes out does not depend on that.
/// One pass at a time: a second one would write into the batches of the first.
/// </remarks>
public sealed class Batches<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ImageSet images;
    private readonly PixelScaling scaling;
    private readonly T[] table;
    private readonly bool prepareAhead;
    private Batch<T> current = new();
    private Batch<T> next = new();
    private bool passRuns;

    /// <summary>Prepares passes over a set.</summary>
    /// <param name="images">The images, at least one.</param>
    /// <param name="scaling">How bytes become numbers.</param>
    /// <param name="batchSize">The most samples in a batch, 1 or more.</param>
    /// <param name="prepareAhead">Whether a second thread prepares the next batch.</param>
    public Batches(ImageSet images, PixelScaling scaling, int batchSize, bool prepareAhead = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(images.Count, 1);
        this.images = images;
        this.scaling = scaling;
        this.prepareAhead = prepareAhead;
        BatchSize = batchSize;
        table = scaling.Table<T>();
    }

    /// <summary>The most samples in a batch.</summary>
    public int BatchSize { get; }

    /// <summary>The number of samples in a pass.</summary>
    public int Samples => images.Count;

    /// <summary>The number of batches in a pass; the last one may be smaller.</summary>
    public int Count => (images.Count + BatchSize - 1) / BatchSize;

    /// <summary>A pass in the order that belongs to this seed and epoch. A batch holds until the next one is taken.</summary>
    public IEnumerable<Batch<T>> Shuffled(int seed, int epoch) =>
        Pass(() => Shuffling.Permutation(images.Count, seed, Shuffling.EpochStream, epoch));

    /// <summary>A pass in the order of the set. A batch holds until the next one is taken.</summary>
    public IEnumerable<Batch<T>> InOrder() => Pass(() => [.. Enumerable.Range(0, images.Count)]);

    private IEnumerable<Batch<T>> Pass(Func<int[]> makeOrder)
    {
        if (passRuns)
            throw new InvalidOperationException("A pass over these batches has not ended yet: end it first, or make other Batches.");

        passRuns = true;
        Task preparation = Task.CompletedTask;
        try
        {
            int[] order = makeOrder();
            Fill(current, order, 0);
            for (int start = 0; start < order.Length; start += BatchSize)
            {
                int following = start + BatchSize;
                if (prepareAhead && following < order.Length)
                    preparation = FillNextAhead(order, following);

                yield return current;

                if (following >= order.Length)
                    break;
                if (prepareAhead)
                    preparation.GetAwaiter().GetResult();
                else
                    Fill(next, order, following);
                (current, next) = (next, current);
            }
        }
        finally
        {
            // A pass that is left early must not leave a thread behind that still writes.
            preparation.ContinueWith(_ => { }, TaskScheduler.Default).GetAwaiter().GetResult();
            passRuns = false;
        }
    }

    private Task FillNextAhead(int[] order, int start) => Task.Run(() => Fill(next, order, start));

    private void Fill(Batch<T> batch, int[] order, int start) =>
        batch.Fill(images, scaling, table, order.AsSpan(start, Math.Min(BatchSize, order.Length - start)));
}
