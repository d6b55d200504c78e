namespace RefNet.Verification;

/// <summary>The slope of a function between two points.</summary>
/// <param name="Value">(f(b) - f(a)) / (b - a).</param>
/// <param name="Rounding">A bound on the effect of rounding in double.</param>
internal readonly record struct Slope(double Value, double Rounding);
