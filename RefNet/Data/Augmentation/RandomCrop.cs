namespace RefNet.Data.Augmentation;

/// <summary>
/// Pads an image with P pixels on each side and cuts out one of its old size at a random place, which is a shift by whole pixels, each
/// of -P to P equally likely in each direction. He et al. 2016, section 4.2, with P = 4 for images of 32x32.
/// </summary>
/// <param name="padding">P, a whole number from 0 to 1000 pixels.</param>
public sealed class RandomCrop(double padding) : AffineTransform
{
    private readonly int padding = Whole(padding, 0, 1000, "The padding in pixels");

    /// <inheritdoc/>
    protected override AffineMap Draw(ref ImageDraws draws) => new(1, 0, 0, 1, draws.Whole(-padding, padding), draws.Whole(-padding, padding));

    /// <inheritdoc/>
    public override string ToString() => Text("crop", padding);
}
