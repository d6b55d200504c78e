namespace RefNet.Data;

/// <summary>Images of one size, one byte per channel of a pixel, each with its class. Immutable.</summary>
public sealed class ImageSet
{
    private readonly ReadOnlyMemory<byte> pixels;
    private readonly ReadOnlyMemory<byte> labels;

    // The position of image n among the pixels, -1 if it was left out; null if it is n. Subsets share the pixels of the whole set.
    private readonly int[]? places;

    /// <summary>Creates a set from its bytes, which must not change afterwards.</summary>
    /// <param name="pixels">Count x Channels x Rows x Columns bytes, row by row, channel after channel, image after image.</param>
    /// <param name="labels">The class of each image: its index in <paramref name="classNames"/>.</param>
    /// <param name="rows">The height of each image.</param>
    /// <param name="columns">The width of each image.</param>
    /// <param name="classNames">The names of the classes.</param>
    /// <param name="channels">1 for grey, 3 for red, green and blue.</param>
    public ImageSet(ReadOnlyMemory<byte> pixels, ReadOnlyMemory<byte> labels, int rows, int columns, IReadOnlyList<string> classNames, int channels = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (pixels.Length != (long)labels.Length * channels * rows * columns)
            throw new ArgumentException($"{labels.Length} images of {channels}x{rows}x{columns} do not have {pixels.Length} pixels.", nameof(pixels));
        if (classNames.Count == 0 || labels.Span.ContainsAnyExceptInRange((byte)0, (byte)(classNames.Count - 1)))
            throw new ArgumentException($"A label is none of the {classNames.Count} classes.", nameof(labels));

        this.pixels = pixels;
        this.labels = labels;
        Channels = channels;
        Rows = rows;
        Columns = columns;
        ClassNames = classNames;
    }

    private ImageSet(ImageSet whole, int[] places, byte[] labels)
    {
        pixels = whole.pixels;
        this.places = places;
        this.labels = labels;
        (Channels, Rows, Columns, ClassNames) = (whole.Channels, whole.Rows, whole.Columns, whole.ClassNames);
    }

    /// <summary>Creates a set with only some of its images in memory.</summary>
    /// <param name="pixels">The pixels of the images in memory.</param>
    /// <param name="inMemory">For each image, whether it is in memory.</param>
    /// <param name="labels">The class of each image.</param>
    /// <param name="rows">The height of each image.</param>
    /// <param name="columns">The width of each image.</param>
    /// <param name="classNames">The names of the classes.</param>
    internal ImageSet(ReadOnlyMemory<byte> pixels, bool[] inMemory, ReadOnlyMemory<byte> labels, int rows, int columns, IReadOnlyList<string> classNames)
    {
        (this.pixels, this.labels, Channels, Rows, Columns, ClassNames) = (pixels, labels, 1, rows, columns, classNames);
        int place = 0;
        places = [.. inMemory.Select(isThere => isThere ? place++ : -1)];
    }

    /// <summary>The number of images.</summary>
    public int Count => labels.Length;

    /// <summary>1 for grey, 3 for red, green and blue.</summary>
    public int Channels { get; }

    /// <summary>The height of each image.</summary>
    public int Rows { get; }

    /// <summary>The width of each image.</summary>
    public int Columns { get; }

    /// <summary>The names of the classes; a label is an index in this list.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The class of each image.</summary>
    public ReadOnlySpan<byte> Labels => labels.Span;

    /// <summary>The pixels of image <paramref name="n"/>, row by row, channel after channel.</summary>
    /// <exception cref="InvalidOperationException">The image was left out when the set was read.</exception>
    public ReadOnlySpan<byte> Pixels(int n)
    {
        int place = places?[n] ?? n;
        return place >= 0
            ? pixels.Span.Slice(place * Size, Size)
            : throw new InvalidOperationException($"Expected an image that was read; image {n} was left out. Read the data set without a selection.");
    }

    /// <summary>The images at the given indices, in that order; the pixels are shared with this set.</summary>
    public ImageSet Select(ReadOnlySpan<int> chosen)
    {
        int[] chosenPlaces = new int[chosen.Length];
        byte[] chosenLabels = new byte[chosen.Length];
        for (int i = 0; i < chosen.Length; i++)
        {
            chosenPlaces[i] = places?[chosen[i]] ?? chosen[i];
            chosenLabels[i] = labels.Span[chosen[i]];
        }

        return new ImageSet(this, chosenPlaces, chosenLabels);
    }

    /// <summary>The first images, at most <paramref name="count"/>.</summary>
    public ImageSet Take(int count) => count >= Count ? this : Select([.. Enumerable.Range(0, count)]);

    /// <summary>
    /// Splits the set for hold-out validation: <paramref name="count"/> random images are held out, and both parts keep
    /// the order of the set. LECTURES T5.
    /// </summary>
    /// <param name="count">The number to hold out, 0 or more; at least one image must remain.</param>
    /// <param name="seed">The user's seed: the same seed holds out the same images.</param>
    /// <exception cref="InputException">No image would be left.</exception>
    public (ImageSet Training, ImageSet Validation) HoldOut(int count, int seed) => Select(Shuffling.HoldOut(Count, count, seed));

    /// <summary>
    /// Holds out one of several equal parts, for cross-validation. Each image is in exactly one part; sizes of parts differ by at most one image.
    /// </summary>
    /// <param name="number">The part, from 1.</param>
    /// <param name="count">The number of parts, 2 or more.</param>
    /// <param name="seed">The seed of the division into parts.</param>
    /// <returns>The other images and the held-out ones, both in the order of the set.</returns>
    /// <exception cref="InputException">There are fewer images than parts.</exception>
    public (ImageSet Training, ImageSet Validation) HoldOutPart(int number, int count, int seed) => Select(Shuffling.HoldOutPart(Count, number, count, seed));

    private (ImageSet Kept, ImageSet HeldOut) Select((int[] Kept, int[] HeldOut) split) => (Select(split.Kept), Select(split.HeldOut));

    // Bytes per image.
    private int Size => Channels * Rows * Columns;
}
