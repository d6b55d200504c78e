using System.Numerics;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Data;

/// <summary>Some images of a set as a network takes them, with what it should say. Holds until the next batch is taken.</summary>
public sealed class Batch<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Tensor<T>? images;
    private Tensor<T>? targets;
    private int[] places = [];
    private byte[] labels = [];

    internal Batch() { }

    /// <summary>Makes a batch of images that are at hand.</summary>
    internal Batch(Tensor<T> images, Tensor<T> targets, ReadOnlySpan<byte> labels)
    {
        Count = labels.Length;
        (this.images, this.targets, this.labels, places) = (images, targets, labels.ToArray(), new int[labels.Length]);
    }

    /// <summary>The number of samples N; the last batch of a pass may be smaller than the others.</summary>
    public int Count { get; private set; }

    /// <summary>N x 1 x rows x columns.</summary>
    public Tensor<T> Images => images!;

    /// <summary>N x classes: 1 for the class that an image shows, 0 for the others.</summary>
    public Tensor<T> Targets => targets!;

    /// <summary>The class of each sample.</summary>
    public ReadOnlySpan<byte> Labels => labels.AsSpan(0, Count);

    /// <summary>Where each sample stands in its set.</summary>
    public ReadOnlySpan<int> Places => places.AsSpan(0, Count);

    /// <summary>Writes the images at the given places, in the memory that the batch has.</summary>
    internal void Fill(ImageSet set, PixelScaling scaling, T[] table, ReadOnlySpan<int> chosen)
    {
        if (Count != chosen.Length)
            Resize(chosen.Length, scaling.SampleShape(set), set.ClassNames.Count);

        Targets.Span.Clear();
        chosen.CopyTo(places);
        ParallelLoop.For(Count, (self: this, set, scaling, table), static (i, s) =>
        {
            int place = s.self.places[i];
            s.self.labels[i] = s.set.Labels[place];
            s.scaling.Apply(s.table, s.set.Pixels(place), s.set.Columns, s.self.Images.Sample(i));
            s.self.Targets[i, s.set.Labels[place]] = T.One;
        });
    }

    /// <summary>Copies some samples of another batch that stand side by side, without their places.</summary>
    internal void Copy(Batch<T> other, int first, int count)
    {
        if (Count != count)
            Resize(count, other.Images.Shape.Sample, other.Targets.Shape[1]);

        other.Images.Span.Slice(first * (Images.Count / count), Images.Count).CopyTo(Images.Span);
        other.Targets.Span.Slice(first * Targets.Shape[1], Targets.Count).CopyTo(Targets.Span);
        other.Labels.Slice(first, count).CopyTo(labels);
    }

    private void Resize(int count, Shape sample, int classes)
    {
        Count = count;
        if (places.Length < count)
        {
            places = new int[count];
            labels = new byte[count];
        }

        Tensor<T>.Reuse(ref images, sample.Batch(count));
        Tensor<T>.Reuse(ref targets, new Shape(count, classes));
    }
}
