namespace RefNet.Data.Augmentation;

/// <summary>Changes the values of an image in place. Results may be outside the range of bytes 0 to 255: nothing is clipped.</summary>
public abstract class PixelTransform : Transform
{
    /// <summary>Changes an image.</summary>
    /// <param name="draws">The random numbers of this image.</param>
    /// <param name="x">The image.</param>
    public abstract void Change(ref ImageDraws draws, ScaledImage x);
}
