namespace RefNet.Interpretation;

/// <summary>
/// Maps numbers to colours: linear interpolation in sRGB between given colours at equal distances. Both maps are perceptually uniform, also for readers who cannot tell red from green,
/// and when printed in grey.
/// </summary>
public sealed class ColourMap
{
    private readonly int[] colours;

    private ColourMap(params int[] colours) => this.colours = colours;

    /// <summary>Black, purple, orange, pale yellow, for 0 to 1: matplotlib's inferno (van der Walt and Smith 2015), every 32nd colour.</summary>
    public static ColourMap Inferno { get; } = new(0x000004, 0x210C4A, 0x57106E, 0x8A226A, 0xBC3754, 0xE45A31, 0xF98E09, 0xF9CB35, 0xFCFFA4);

    /// <summary>Blue, white, red, for signed values: 0 is negative, 1/2 zero, 1 positive. ColorBrewer's RdBu in 11 classes (Brewer 2003), reversed.</summary>
    public static ColourMap BlueRed { get; } = new(0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B, 0x67001F);

    /// <summary>The colour of a number.</summary>
    /// <param name="t">From 0 to 1; values outside get the colours of the ends, NaN that of 0.</param>
    public (byte Red, byte Green, byte Blue) this[double t]
    {
        get
        {
            double place = double.IsNaN(t) ? 0 : Math.Clamp(t, 0, 1) * (colours.Length - 1);
            int first = Math.Min((int)place, colours.Length - 2);
            return (Part(16), Part(8), Part(0));

            byte Part(int shift) => (byte)Math.Round(double.Lerp(colours[first] >> shift & 255, colours[first + 1] >> shift & 255, place - first));
        }
    }
}
