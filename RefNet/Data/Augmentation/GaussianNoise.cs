namespace RefNet.Data.Augmentation;

/// <summary>Adds noise: to each number of each channel (high - low) times a normally distributed number of mean 0 and deviation S. LECTURES T7.</summary>
/// <param name="deviation">S, 0 to 1 of the range from black to white.</param>
public sealed class GaussianNoise(double deviation) : PixelTransform
{
    private readonly double deviation = Within(deviation, 0, 1, "The deviation");

    /// <inheritdoc/>
    public override void Change(ref ImageDraws draws, ScaledImage x)
    {
        for (int channel = 0; channel < x.Channels; channel++)
        {
            double scale = deviation * x.Range(channel);
            foreach (ref float value in x.Channel(channel))
                value += (float)(scale * draws.Normal());
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Text("noise", deviation);
}
