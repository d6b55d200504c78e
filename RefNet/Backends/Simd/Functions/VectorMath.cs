using System.Numerics;
using System.Runtime.InteropServices;

namespace RefNet.Backends.Simd;

/// <summary>
/// Functions of each element. The result for an element does not depend on its position or on how a span is divided.
/// The result may overwrite the argument.
/// </summary>
/// <remarks>
/// float is computed a register at a time (<see cref="FloatFunctions"/>, where the errors are stated), with the same
/// bits on every processor with fused multiply-add. double, the precision of the gradient checks, calls the run-time
/// library element by element.
/// </remarks>
internal static class VectorMath
{
    /// <summary>y = tanh x.</summary>
    public static void Tanh<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            FloatFunctions.Apply<FloatFunctions.Tanh>(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
        else
            Apply(x, y, T.Tanh);
    }

    /// <summary>y = 1 / (1 + exp(-x)).</summary>
    public static void Sigmoid<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            FloatFunctions.Apply<FloatFunctions.Sigmoid>(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
        else
            Apply(x, y, static value => T.One / (T.One + T.Exp(-value)));
    }

    /// <summary>y = exp x.</summary>
    public static void Exp<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            FloatFunctions.Apply<FloatFunctions.Exp>(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
        else
            Apply(x, y, T.Exp);
    }

    private static void Apply<T>(ReadOnlySpan<T> x, Span<T> y, Func<T, T> function)
    {
        for (int i = 0; i < x.Length; i++)
            y[i] = function(x[i]);
    }
}
