namespace RefNet.Data.Augmentation;

/// <summary>Scales an image about its centre by a factor s, uniform from A to B: new(x, y) = old(x / s, y / s).</summary>
/// <param name="least">A, 0.1 to 10.</param>
/// <param name="most">B, A to 10.</param>
public sealed class Zoom(double least, double most) : AffineTransform
{
    private readonly double least = Within(least, 0.1, 10, "The least factor");
    private readonly double most = Within(most, least, 10, "The largest factor");

    /// <inheritdoc/>
    protected override AffineMap Draw(ref ImageDraws draws)
    {
        double shrink = 1 / draws.Uniform(least, most);
        return new AffineMap(shrink, 0, 0, shrink);
    }

    /// <inheritdoc/>
    public override string ToString() => Text("scale", least, most);
}
