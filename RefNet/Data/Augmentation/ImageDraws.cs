using RefNet.Randomness;

namespace RefNet.Data.Augmentation;

/// <summary>The random numbers of one transform for one image: a function of the seed, the epoch, the image and the position in the pipeline.</summary>
public struct ImageDraws
{
    private const long Stream = 0x4155474D;

    // 2^-53: 53 bits fill a double.
    private const double Step = 1.0 / (1L << 53);

    private SplitMix64 source;

    internal ImageDraws(int seed, int epoch, int image, int place) => source = new SplitMix64((uint)Seeds.Derive(seed, Stream, epoch, image, place));

    /// <summary>A uniform number from <paramref name="low"/> to below <paramref name="high"/>.</summary>
    public double Uniform(double low, double high) => low + (high - low) * ((source.Next() >> 11) * Step);

    /// <summary>A uniform integer from <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Whole(int least, int most) => (int)Math.Floor(Uniform(least, most + 1.0));

    /// <summary>True or false, equally likely.</summary>
    public bool Coin() => source.Next() >> 63 == 1;

    /// <summary>A standard normal number (Box and Muller 1958): √(-2 ln u) cos 2πv.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform(0, 1))) * Math.Cos(2 * Math.PI * Uniform(0, 1));
}
