namespace RefNet.Data.Augmentation;

/// <summary>
/// Rotates an image about its centre by an angle θ, uniform from least to most, counterclockwise if positive: new(x, y) =
/// old(x cos θ - y sin θ, x sin θ + y cos θ), since y points down. Simard, Steinkraus and Platt 2003, section 2.
/// </summary>
/// <param name="least">The smallest angle, -360 to 360 degrees.</param>
/// <param name="most">The largest angle, <paramref name="least"/> to 360 degrees.</param>
public sealed class Rotation(double least, double most) : AffineTransform
{
    private readonly double least = Within(least, -360, 360, "The least angle in degrees");
    private readonly double most = Within(most, least, 360, "The largest angle in degrees");

    /// <summary>Rotates by up to <paramref name="degrees"/>, 0 to 360, in both directions.</summary>
    public Rotation(double degrees) : this(-Within(degrees, 0, 360, "The angle in degrees"), degrees) { }

    /// <inheritdoc/>
    protected override AffineMap Draw(ref ImageDraws draws)
    {
        // SinPi and CosPi are exact at quarter turns.
        (double sin, double cos) = double.SinCosPi(draws.Uniform(least, most) / 180);
        return new AffineMap(cos, -sin, sin, cos);
    }

    /// <inheritdoc/>
    public override string ToString() => least == -most ? Text("rotate", most) : Text("rotate", least, most);
}
