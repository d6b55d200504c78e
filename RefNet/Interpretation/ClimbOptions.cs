namespace RefNet.Interpretation;

/// <summary>Options of gradient ascent on a score.</summary>
public sealed record ClimbOptions
{
    /// <summary>The number of steps, 1 or more.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>The mean length of a step at a pixel, in the unit of the input: x += rate g / mean |g|.</summary>
    public double Rate { get; init; } = 0.01;

    /// <summary>λ, the weight of the squared distance from the start, 0 or more.</summary>
    public double L2 { get; init; } = 0.01;

    /// <summary>The largest random shift in each step, in pixels, 0 or more.</summary>
    public int Jitter { get; init; } = 1;

    /// <summary>The standard deviation of the Gaussian blur, in pixels, above 0.</summary>
    public double Blur { get; init; } = 0.5;

    /// <summary>The number of steps from one blur to the next; 0 for no blur.</summary>
    public int BlurEvery { get; init; } = 4;

    /// <summary>The smallest value of a pixel.</summary>
    public double Low { get; init; } = double.NegativeInfinity;

    /// <summary>The largest value of a pixel.</summary>
    public double High { get; init; } = double.PositiveInfinity;

    /// <summary>Seed for all random numbers.</summary>
    public int Seed { get; init; } = 1;
}
