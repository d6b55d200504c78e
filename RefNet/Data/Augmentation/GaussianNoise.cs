namespace RefNet.Data.Augmentation;

/// <summary>Adds noise: (high - low) times a normal random number of mean 0 and standard deviation S to each value of each channel. LECTURES T7.</summary>
/// <param name="deviation">S, 0 to 1, as a fraction of the range from black to white.</param>
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
