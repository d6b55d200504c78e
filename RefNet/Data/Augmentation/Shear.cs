namespace RefNet.Data.Augmentation;

/// <summary>
/// Slants an image by an angle φ, uniform from -D to D, to the right if positive: new(x, y) = old(x + y tan φ, y), since y points down.
/// Simard, Steinkraus and Platt 2003, section 2.
/// </summary>
/// <param name="degrees">D, 0 to 80 degrees.</param>
public sealed class Shear(double degrees) : AffineTransform
{
    private readonly double degrees = Within(degrees, 0, 80, "The angle in degrees");

    /// <inheritdoc/>
    protected override AffineMap Draw(ref ImageDraws draws) => new(1, double.TanPi(draws.Uniform(-degrees, degrees) / 180), 0, 1);

    /// <inheritdoc/>
    public override string ToString() => Text("shear", degrees);
}
