using System.Numerics;
using RefNet.Backends.Simd;
using RefNet.Data.Augmentation;
using RefNet.Data.Preparation;
using RefNet.Losses;
using RefNet.Tensors;

namespace RefNet.Data;

/// <summary>A batch of images of a set as network input, with their targets. Valid until the next batch is taken.</summary>
public sealed class Batch<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Tensor<T>? images;
    private Tensor<T>? distribution;
    private Targets<T>? targets;
    private int[] places = [];
    private byte[] labels = [];

    internal Batch() { }

    /// <summary>Creates a batch of any samples and targets, which need not be images and classes.</summary>
    /// <param name="images">N samples.</param>
    /// <param name="targets">N targets.</param>
    /// <exception cref="InputException">Their numbers differ.</exception>
    public Batch(Tensor<T> images, Targets<T> targets)
    {
        Count = images.Shape[0];
        if (targets.Values.Shape[0] != Count)
            throw new InputException($"Expected {Count} targets, one for each sample; found {targets.Values.Shape[0]}.");
        (this.images, distribution, this.targets, places, labels) = (images, targets.Values, targets, new int[Count], new byte[Count]);
        for (int n = 0; n < Count && targets.Labels.Length == Count; n++)
            labels[n] = byte.CreateSaturating(targets.Labels[n]);
    }

    /// <summary>The number of samples N; the last batch of a pass may be smaller than the others.</summary>
    public int Count { get; private set; }

    /// <summary>N x channels x rows x columns.</summary>
    public Tensor<T> Images => images!;

    /// <summary>The targets: for images N x classes, 1 at the class of the image and 0 elsewhere.</summary>
    public Targets<T> Targets => targets!;

    /// <summary>The class of each sample; 0 for all where the targets are not classes.</summary>
    public ReadOnlySpan<byte> Labels => labels.AsSpan(0, Count);

    /// <summary>The index of each sample in its set.</summary>
    public ReadOnlySpan<int> Places => places.AsSpan(0, Count);

    /// <summary>Fills the batch with the images at the given indices, reusing its memory.</summary>
    /// <param name="set">The images.</param>
    /// <param name="scaling">The scaling from bytes to numbers.</param>
    /// <param name="table">The table of the scaling.</param>
    /// <param name="chosen">The indices.</param>
    /// <param name="augmentation">The augmentation or null, with the seed and epoch of its draws.</param>
    /// <param name="preparation">The preparation after it, or null.</param>
    internal void Fill(ImageSet set, PixelScaling scaling, T[] table, ReadOnlySpan<int> chosen, (AugmentationPipeline? Pipeline, int Seed, int Epoch) augmentation, InputPreparation<T>? preparation)
    {
        if (Count != chosen.Length)
            Resize(chosen.Length, scaling.SampleShape(set), new Shape(set.ClassNames.Count));

        distribution!.Span.Clear();
        chosen.CopyTo(places);
        ParallelLoop.For(Count, (self: this, set, scaling, table, augmentation, preparation), static (i, s) =>
        {
            int place = s.self.places[i];
            s.self.labels[i] = s.set.Labels[place];
            s.scaling.Apply<T>(s.table, s.set, place, s.self.Images.SampleSpan(i));
            s.augmentation.Pipeline?.Apply(s.self.Images.SampleSpan(i), s.self.Images.Shape.Sample, s.scaling, s.augmentation.Seed, s.augmentation.Epoch, place);
            s.preparation?.Apply(s.self.Images.SampleSpan(i));
            s.self.distribution![i, s.set.Labels[place]] = T.One;
        });
    }

    /// <summary>Copies consecutive samples of another batch, without their indices.</summary>
    internal void Copy(Batch<T> other, int first, int count)
    {
        if (Count != count || !HaveSameSamples(Images.Shape, other.Images.Shape) || !HaveSameSamples(distribution!.Shape, other.Targets.Values.Shape))
            Resize(count, other.Images.Shape.Sample, other.Targets.Values.Shape.Sample);

        other.Images.Values.Slice(first * (Images.Count / count), Images.Count).CopyTo(Images.Span);
        Tensor<T> values = other.Targets.Values;
        values.Values.Slice(first * (values.Count / other.Count), distribution!.Count).CopyTo(distribution.Span);
        other.Labels.Slice(first, count).CopyTo(labels);
    }

    private static bool HaveSameSamples(Shape a, Shape b)
    {
        bool same = a.Rank == b.Rank;
        for (int axis = 1; same && axis < a.Rank; axis++)
            same = a[axis] == b[axis];
        return same;
    }

    private void Resize(int count, Shape sample, Shape target)
    {
        Count = count;
        if (places.Length < count)
        {
            places = new int[count];
            labels = new byte[count];
        }

        Tensor<T>.Reuse(ref images, sample.Batch(count));
        Tensor<T>.Reuse(ref distribution, target.Batch(count));
        if (targets?.Values != distribution)
            targets = new Targets<T>(distribution);
    }
}
