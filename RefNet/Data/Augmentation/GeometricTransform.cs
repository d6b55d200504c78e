namespace RefNet.Data.Augmentation;

/// <summary>Moves the pixels of an image.</summary>
public abstract class GeometricTransform : Transform
{
    /// <summary>
    /// Defines where the pixels of the new image come from: a position p of <paramref name="grid"/> becomes m(p), where the new image
    /// is new(p) = old(m(p)). A transform that rotates an image to the left rotates the positions to the right.
    /// </summary>
    /// <param name="draws">The random numbers of this image.</param>
    /// <param name="grid">The positions, which may be between pixels and outside the image.</param>
    public abstract void Map(ref ImageDraws draws, SamplingGrid grid);
}
