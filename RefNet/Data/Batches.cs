using System.Numerics;
using RefNet.Data.Augmentation;
using RefNet.Data.Preparation;

namespace RefNet.Data;

/// <summary>
/// Passes over a set of images in mini-batches. Each pass takes every image exactly once, shuffled without replacement
/// for training (the order depends only on seed and epoch), or in the order of the set for evaluation. Training images may be
/// augmented; images in the order of the set never are. LECTURES T1, T7.
/// </summary>
/// <remarks>
/// A batch is computed on demand, on all threads: a thread that prepared the next batch in the background would slow down
/// training by more than it saves. Only one pass at a time: a second one would overwrite the batch of the first.
/// </remarks>
public sealed class Batches<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ImageSet images;
    private readonly PixelScaling scaling;
    private readonly AugmentationPipeline? augmentation;
    private readonly InputPreparation<T>? preparation;
    private readonly T[] table;
    private readonly Batch<T> batch = new();
    private bool passRuns;

    /// <summary>Prepares passes over a set.</summary>
    /// <param name="images">The images, one or more.</param>
    /// <param name="scaling">The scaling from bytes to numbers.</param>
    /// <param name="batchSize">The maximum number of samples in a batch, 1 or more.</param>
    /// <param name="augmentation">The augmentation of shuffled passes; null for none.</param>
    /// <param name="preparation">The preparation of all images after it; null for none.</param>
    /// <exception cref="InputException">The augmentation does not apply to such images.</exception>
    public Batches(ImageSet images, PixelScaling scaling, int batchSize, AugmentationPipeline? augmentation = null, InputPreparation<T>? preparation = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(images.Count, 1);
        this.images = images;
        this.scaling = scaling;
        this.augmentation = augmentation;
        this.preparation = preparation;
        augmentation?.Check(images.Channels);
        BatchSize = batchSize;
        table = scaling.Table<T>();
    }

    /// <summary>The maximum number of samples in a batch.</summary>
    public int BatchSize { get; }

    /// <summary>The number of samples in a pass.</summary>
    public int Samples => images.Count;

    /// <summary>The number of batches in a pass; the last one may be smaller.</summary>
    public int Count => (images.Count + BatchSize - 1) / BatchSize;

    /// <summary>A pass in the order of this seed and epoch. A batch is valid until the next one is taken.</summary>
    public IEnumerable<Batch<T>> Shuffled(int seed, int epoch) =>
        Pass(() => Shuffling.Permutation(images.Count, seed, Shuffling.EpochStream, epoch), (augmentation, seed, epoch));

    /// <summary>A pass in the order of the set. A batch is valid until the next one is taken.</summary>
    public IEnumerable<Batch<T>> InOrder() => Pass(() => [.. Enumerable.Range(0, images.Count)], default);

    private IEnumerable<Batch<T>> Pass(Func<int[]> makeOrder, (AugmentationPipeline?, int, int) changes)
    {
        if (passRuns)
            throw new InvalidOperationException("A pass over these batches has not ended yet: end it first, or create another Batches.");

        passRuns = true;
        try
        {
            int[] order = makeOrder();
            for (int start = 0; start < order.Length; start += BatchSize)
            {
                batch.Fill(images, scaling, table, order.AsSpan(start, Math.Min(BatchSize, order.Length - start)), changes, preparation);
                yield return batch;
            }
        }
        finally
        {
            passRuns = false;
        }
    }
}
