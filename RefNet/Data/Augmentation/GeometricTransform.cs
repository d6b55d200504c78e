namespace RefNet.Data.Augmentation;

/// <summary>Moves the pixels of an image.</summary>
public abstract class GeometricTransform : Transform
{
    /// <summary>
    /// Says where the pixels of the new image are taken from: a place p of <paramref name="grid"/> becomes m(p), where the new image
    /// is new(p) = old(m(p)). A transform that turns an image to the left turns the places to the right.
    /// </summary>
    /// <param name="draws">The random numbers of this image.</param>
    /// <param name="grid">The places, which may lie between pixels and beyond the edges.</param>
    public abstract void Map(ref ImageDraws draws, SamplingGrid grid);
}
