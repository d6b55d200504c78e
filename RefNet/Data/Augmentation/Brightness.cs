namespace RefNet.Data.Augmentation;

/// <summary>Makes an image brighter or darker: x = low + f (x - low), where low is the value of black and f is uniform from 1 - S to 1 + S, the same for all channels.</summary>
/// <param name="strength">S, 0 to 1.</param>
public sealed class Brightness(double strength) : PixelTransform
{
    private readonly double strength = Within(strength, 0, 1, "The strength");

    /// <inheritdoc/>
    public override void Change(ref ImageDraws draws, ScaledImage x)
    {
        // Written so that f = 1 leaves the bits unchanged: x = x + (f - 1) (x - low).
        float more = (float)draws.Uniform(-strength, strength);
        for (int channel = 0; channel < x.Channels; channel++)
        {
            float low = x.Low(channel);
            foreach (ref float value in x.Channel(channel))
                value += more * (value - low);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Text("brightness", strength);
}
