namespace RefNet.Data.Augmentation;

/// <summary>Changes the numbers of an image where they stand. Results may lie beyond those of bytes 0 and 255: nothing is clipped.</summary>
public abstract class PixelTransform : Transform
{
    /// <summary>Changes an image.</summary>
    /// <param name="draws">The random numbers of this image.</param>
    /// <param name="x">The image.</param>
    public abstract void Change(ref ImageDraws draws, ScaledImage x);
}
