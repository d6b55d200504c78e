namespace RefNet.Data.Augmentation;

/// <summary>Gives an image a tint: to each channel c the same d_c (high - low) is added at every pixel, d_c from -S to S. LECTURES T7.</summary>
/// <param name="strength">S, 0 to 1 of the range from black to white.</param>
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
