namespace RefNet.Geometry;

/// <summary>
/// What one tap of a window reads along one axis: elements First, First + Stride, ..., one for each output position.
/// Those from position Start to below End are in the image, the others in the padding.
/// </summary>
internal readonly record struct TapRange
{
    /// <summary>Computes the positions that read inside the image.</summary>
    /// <param name="first">The element that position 0 reads; it may be in the padding.</param>
    /// <param name="stride">The distance from one position to the next.</param>
    /// <param name="positions">The number of output positions.</param>
    /// <param name="extent">The number of elements of the image along this axis.</param>
    public TapRange(int first, int stride, int positions, int extent)
    {
        Stride = stride;
        Start = Math.Min(positions, first >= 0 ? 0 : (-first + stride - 1) / stride);
        End = Math.Max(Start, first < extent ? Math.Min(positions, (extent - 1 - first) / stride + 1) : 0);
        FirstInside = first + Start * stride;
    }

    /// <summary>The distance from one position to the next.</summary>
    public int Stride { get; }

    /// <summary>The first position that reads inside the image.</summary>
    public int Start { get; }

    /// <summary>One past the last position that reads inside the image.</summary>
    public int End { get; }

    /// <summary>The number of positions that read inside the image.</summary>
    public int Count => End - Start;

    /// <summary>The element that position Start reads.</summary>
    public int FirstInside { get; }
}
