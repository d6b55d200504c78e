using System.Numerics;
using System.Runtime.InteropServices;

namespace RefNet.Gpu;

/// <summary>
/// A number that all threads of a kernel divide by, with the constants that turn the division into a multiplication
/// and a shift (Granlund and Montgomery 1994); for dividends below 2³¹. The fields of common.cuh, in its order.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Divisor
{
    /// <summary>Creates a divisor from 1 to 2³¹ - 1.</summary>
    public Divisor(int value)
    {
        Value = (uint)value;
        Shift = (uint)(32 - BitOperations.LeadingZeroCount(Value - 1));
        Factor = (uint)((((1UL << (int)Shift) - Value) << 32) / Value + 1);
    }

    /// <summary>The number.</summary>
    public uint Value { get; }

    /// <summary>2³² (2^Shift - Value) / Value, rounded down, plus 1.</summary>
    public uint Factor { get; }

    /// <summary>log₂ of the number, rounded up.</summary>
    public uint Shift { get; }

    /// <summary>Converts a number.</summary>
    public static implicit operator Divisor(int value) => new(value);
}
