using System.Globalization;

namespace RefNet.Gpu;

/// <summary>
/// Whether work is worth the way to the card: there it takes the time of its copies, of its arithmetic and of the calls;
/// here the time of its arithmetic.
/// </summary>
/// <remarks>
/// The rates are assumptions, not measurements: a decision depends on shapes alone, so that the same program gives the same
/// bits in every run. Set them to those of your machine.
/// </remarks>
public sealed record CostModel
{
    /// <summary>What the processor does in products of float, in 10⁹ operations a second; half of it in double.</summary>
    public double ProcessorGigaflops { get; init; } = 500;

    /// <summary>What the card does in products of float.</summary>
    public double CardGigaflops { get; init; } = 10_000;

    /// <summary>What the card does in products of double: 1/40 of float; cards for desktops do 1/64, those for scientific work a half.</summary>
    public double CardGigaflopsInDouble { get; init; } = 250;

    /// <summary>What the bus carries, in 10⁹ bytes a second: PCIe 4 with 16 lanes, from and to pinned memory.</summary>
    public double BusGigabytes { get; init; } = 25;

    /// <summary>What the calls of one product or convolution take, in microseconds.</summary>
    public double CallMicroseconds { get; init; } = 50;

    /// <summary>Sends everything to the card, for tests and measurements.</summary>
    public static CostModel Always { get; } = new() { ProcessorGigaflops = 0 };

    /// <summary>Decides about a piece of work.</summary>
    public Decision Decide(Work work)
    {
        double flops = 2.0 * work.MultiplyAdds;
        double copies = work.BytesCopied / (BusGigabytes * 1e9);
        double arithmetic = flops / ((work.InDouble ? CardGigaflopsInDouble : CardGigaflops) * 1e9);
        double here = flops / (ProcessorGigaflops * 1e9 / (work.InDouble ? 2 : 1));
        double there = copies + arithmetic + CallMicroseconds * 1e-6;
        return new Decision(OnCard: there < here, here, there, copies);
    }
}

/// <summary>A product or a convolution, as the cost model sees it.</summary>
/// <param name="Name">What it is, with its extents.</param>
/// <param name="MultiplyAdds">Its multiplications.</param>
/// <param name="BytesCopied">What has to cross the bus, where nothing is kept on the card.</param>
/// <param name="InDouble">Whether it is in double.</param>
public readonly record struct Work(WorkName Name, long MultiplyAdds, long BytesCopied, bool InDouble);

/// <summary>The kind of a piece of work and its extents: rows x inner x columns of the product of one image or of all there is.</summary>
public readonly record struct WorkName(string Kind, int Images, int Rows, int Inner, int Columns)
{
    /// <summary>Such as: convolution, 16 images, 64x576x3136.</summary>
    public override string ToString() => $"{Kind}, {(Images > 0 ? $"{Images} images, " : "")}{Rows}x{Inner}x{Columns}";
}

/// <summary>Where work is done, and why.</summary>
/// <param name="OnCard">Whether on the card.</param>
/// <param name="ProcessorSeconds">What the processor would take.</param>
/// <param name="CardSeconds">What the card would take, copies included.</param>
/// <param name="CopySeconds">What the copies alone would take.</param>
public readonly record struct Decision(bool OnCard, double ProcessorSeconds, double CardSeconds, double CopySeconds)
{
    /// <summary>Such as: on the processor: 0.50 ms, against 1.40 ms on the card, 1.20 ms of it copies.</summary>
    public override string ToString()
    {
        string copies = $"{Milliseconds(CopySeconds)} of it copies";
        return OnCard
            ? $"on the card: {Milliseconds(CardSeconds)}, {copies}, against {Milliseconds(ProcessorSeconds)} on the processor"
            : $"on the processor: {Milliseconds(ProcessorSeconds)}, against {Milliseconds(CardSeconds)} on the card, {copies}";
    }

    private static string Milliseconds(double seconds) => double.IsFinite(seconds) ? (seconds * 1e3).ToString("0.000", CultureInfo.InvariantCulture) + " ms" : "any time";
}
