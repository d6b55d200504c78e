namespace RefNet.Data;

/// <summary>The numbers for byte 0 and byte 255 of a channel.</summary>
public readonly record struct PixelRange(double Low, double High);
