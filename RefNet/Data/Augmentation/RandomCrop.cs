namespace RefNet.Data.Augmentation;

/// <summary>
/// Pads an image with P pixels on each side and crops it to its old size at a random position, which is a shift by an integer number of pixels, uniform
/// from -P to P in each direction. He et al. 2016, section 4.2, with P = 4 for 32x32 images.
/// </summary>
/// <param name="padding">P, an integer from 0 to 1000 pixels.</param>
public sealed class RandomCrop(double padding) : AffineTransform
{
    private readonly int padding = Whole(padding, 0, 1000, "The padding in pixels");

    /// <inheritdoc/>
    protected override AffineMap Draw(ref ImageDraws draws) => new(1, 0, 0, 1, draws.Whole(-padding, padding), draws.Whole(-padding, padding));

    /// <inheritdoc/>
    public override string ToString() => Text("crop", padding);
}
