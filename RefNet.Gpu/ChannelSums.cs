using System.Runtime.InteropServices;

namespace RefNet.Gpu;

/// <summary>The terms of sums over the values of a channel; the names of channels.cu, in its order.</summary>
internal enum ChannelSum
{
    /// <summary>dy.</summary>
    Values,

    /// <summary>dy x.</summary>
    Products,

    /// <summary>x - x₀, with x₀ the first value of the channel.</summary>
    Offsets,

    /// <summary>(x - μ)².</summary>
    Squares,
}

/// <summary>The values of each channel and the pieces in which they are summed; the fields of channels.cu, in its order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ChannelSums
{
    // Large enough to give a block work, small enough that values read twice are still in the cache.
    private const int LongestPiece = 8192;

    /// <summary>The sums of a batch N x C x P.</summary>
    public ChannelSums(ChannelSum sum, int samples, int channels, int positions)
    {
        (Channels, Values, Positions) = (channels, samples * positions, positions);
        int pieces = (Values + LongestPiece - 1) / LongestPiece;
        Pieces = pieces;
        PieceLength = (Values + pieces - 1) / pieces;
        Sum = (int)sum;
    }

    public int Channels { get; }
    public int Values { get; }
    public Divisor Positions { get; }
    public Divisor Pieces { get; }
    public int PieceLength { get; }
    public int Sum { get; }
}
