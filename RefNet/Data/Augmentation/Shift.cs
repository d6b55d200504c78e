namespace RefNet.Data.Augmentation;

/// <summary>Shifts an image: new(x, y) = old(x - s, y - t), with s and t uniform from -P to P, including fractions of pixels. Simard, Steinkraus and Platt 2003, section 2.</summary>
/// <param name="pixels">P, 0 to 1000 pixels.</param>
public sealed class Shift(double pixels) : AffineTransform
{
    private readonly double pixels = Within(pixels, 0, 1000, "The shift in pixels");

    /// <inheritdoc/>
    protected override AffineMap Draw(ref ImageDraws draws) => new(1, 0, 0, 1, -draws.Uniform(-pixels, pixels), -draws.Uniform(-pixels, pixels));

    /// <inheritdoc/>
    public override string ToString() => Text("shift", pixels);
}
