using System.Numerics;
using RefNet.Backends.Simd;
using RefNet.Tensors;

namespace RefNet.Data.Augmentation;

/// <summary>
/// Transforms that are applied to each training image in order, with new random draws each time. Consecutive geometric ones are composed, so
/// that the image is resampled, and blurred, only once. LECTURES T7.
/// </summary>
/// <remarks>
/// Every draw is a function of the seed, the epoch, the index of the image in its set and the position of the transform: the bits do not
/// depend on threads, on batches, or on the order of the images. Images are computed in float.
/// </remarks>
/// <param name="transforms">The transforms, first to last.</param>
public sealed class AugmentationPipeline(params IReadOnlyList<Transform> transforms)
{
    /// <summary>The transforms, first to last.</summary>
    public IReadOnlyList<Transform> Transforms { get; } = [.. transforms];

    /// <summary>Checks that all transforms apply to images with this many channels.</summary>
    /// <exception cref="InputException">A transform needs colour.</exception>
    public void Check(int channels)
    {
        if (channels != 3 && Transforms.FirstOrDefault(transform => transform.NeedsColour) is { } colour)
            throw new InputException($"Expected colour images for {colour}; found images with {channels} channel{(channels == 1 ? "" : "s")}. Leave it out.");
    }

    /// <summary>Changes one image in place.</summary>
    /// <param name="sample">channels x rows x columns numbers.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="scaling">The scaling from bytes to these numbers.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="image">The index of the image in its set.</param>
    public void Apply<T>(Span<T> sample, Shape shape, PixelScaling scaling, int seed, int epoch, int image) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using Scratch<float> values = new(sample.Length);
        TensorPrimitives.ConvertChecked<T, float>(sample, values.Span);
        ScaledImage x = new(values.Span, shape[0], shape[1], shape[2], scaling);
        for (int place = 0; place < Transforms.Count;)
        {
            if (Transforms[place] is PixelTransform pixels)
            {
                ImageDraws draws = new(seed, epoch, image, place);
                pixels.Change(ref draws, x);
                place++;
            }
            else
            {
                place = Move(x, place, seed, epoch, image);
            }
        }

        TensorPrimitives.ConvertChecked<float, T>(values.Span, sample);
    }

    // If new1(p) = old(m1(p)) and new2(p) = new1(m2(p)), then new2(p) = old(m1(m2(p))): the last map is applied first.
    private int Move(ScaledImage x, int first, int seed, int epoch, int image)
    {
        int end = first;
        while (end < Transforms.Count && Transforms[end] is GeometricTransform)
            end++;

        int size = x.Rows * x.Columns;
        using Scratch<float> row = new(size), column = new(size), old = new(x.Values.Length);
        SamplingGrid grid = new(row.Span, column.Span, x.Rows, x.Columns);
        for (int place = end - 1; place >= first; place--)
        {
            ImageDraws draws = new(seed, epoch, image, place);
            ((GeometricTransform)Transforms[place]).Map(ref draws, grid);
        }

        x.Values.CopyTo(old.Span);
        BilinearSampling.Resample(x with { Values = old.Span }, grid, x.Values);
        return end;
    }

    /// <summary>The names and numbers of the transforms, in the syntax of commands: shift:2,rotate:15.</summary>
    public override string ToString() => string.Join(',', Transforms);
}
