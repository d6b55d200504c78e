namespace RefNet.Data;

/// <summary>Grey images of one size, a byte a pixel, each with the class that it shows. It never changes.</summary>
public sealed class ImageSet
{
    private readonly ReadOnlyMemory<byte> pixels;
    private readonly ReadOnlyMemory<byte> labels;

    /// <summary>Makes a set from its bytes, which must not be changed afterwards.</summary>
    /// <param name="pixels">Count x Rows x Columns bytes, row by row, image after image.</param>
    /// <param name="labels">The class of each image: its place in <paramref name="classNames"/>.</param>
    /// <param name="rows">The height of each image.</param>
    /// <param name="columns">The width of each image.</param>
    /// <param name="classNames">The names of the classes.</param>
    public ImageSet(ReadOnlyMemory<byte> pixels, ReadOnlyMemory<byte> labels, int rows, int columns, IReadOnlyList<string> classNames)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (pixels.Length != (long)labels.Length * rows * columns)
            throw new ArgumentException($"{labels.Length} images of {rows}x{columns} do not have {pixels.Length} pixels.", nameof(pixels));
        if (classNames.Count == 0 || labels.Span.ContainsAnyExceptInRange((byte)0, (byte)(classNames.Count - 1)))
            throw new ArgumentException($"A label stands for none of the {classNames.Count} classes.", nameof(labels));

        this.pixels = pixels;
        this.labels = labels;
        Rows = rows;
        Columns = columns;
        ClassNames = classNames;
    }

    /// <summary>The number of images.</summary>
    public int Count => labels.Length;

    /// <summary>The height of each image.</summary>
    public int Rows { get; }

    /// <summary>The width of each image.</summary>
    public int Columns { get; }

    /// <summary>The names of the classes; a label is a place in this list.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The class of each image.</summary>
    public ReadOnlySpan<byte> Labels => labels.Span;

    /// <summary>The pixels of image <paramref name="n"/>, row by row.</summary>
    public ReadOnlySpan<byte> Pixels(int n) => pixels.Span.Slice(n * Rows * Columns, Rows * Columns);

    /// <summary>The images with the given places, in that order.</summary>
    public ImageSet Select(ReadOnlySpan<int> places)
    {
        int size = Rows * Columns;
        byte[] chosenPixels = new byte[places.Length * size];
        byte[] chosenLabels = new byte[places.Length];
        for (int i = 0; i < places.Length; i++)
        {
            Pixels(places[i]).CopyTo(chosenPixels.AsSpan(i * size));
            chosenLabels[i] = labels.Span[places[i]];
        }

        return new ImageSet(chosenPixels, chosenLabels, Rows, Columns, ClassNames);
    }

    /// <summary>The first images, at most so many.</summary>
    public ImageSet Take(int count) => count >= Count ? this : Select([.. Enumerable.Range(0, count)]);

    /// <summary>
    /// Splits the set for hold-out validation: <paramref name="count"/> images, chosen at random, are held out, and both
    /// parts keep the order of the set. LECTURES T5.
    /// </summary>
    /// <param name="count">How many to hold out, 0 or more, with at least one left to train on.</param>
    /// <param name="seed">The user's seed: the same one holds out the same images.</param>
    /// <exception cref="InputException">No image would be left.</exception>
    public (ImageSet Training, ImageSet Validation) HoldOut(int count, int seed)
    {
        if (count < 0 || count >= Count)
            throw new InputException($"Expected to hold out 0 to {Count - 1} of {Count} images for validation; found {count}. Hold out fewer.");

        int[] order = Shuffling.Permutation(Count, seed, Shuffling.HoldOutStream);
        int[] heldOut = order[..count];
        int[] kept = order[count..];
        Array.Sort(heldOut);
        Array.Sort(kept);
        return (Select(kept), Select(heldOut));
    }
}
