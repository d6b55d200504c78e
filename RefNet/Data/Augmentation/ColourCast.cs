namespace RefNet.Data.Augmentation;

/// <summary>Tints an image: the same d_c (high - low) is added at every pixel of channel c, with d_c uniform from -S to S. LECTURES T7.</summary>
/// <param name="strength">S, 0 to 1, as a fraction of the range from black to white.</param>
public sealed class ColourCast(double strength) : PixelTransform
{
    private readonly double strength = Within(strength, 0, 1, "The strength");

    /// <inheritdoc/>
    public override void Change(ref ImageDraws draws, ScaledImage x)
    {
        for (int channel = 0; channel < x.Channels; channel++)
        {
            Span<float> plane = x.Channel(channel);
            TensorPrimitives.Add(plane, (float)draws.Uniform(-strength, strength) * x.Range(channel), plane);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Text("colour", strength);
}
