using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RefNet.Backends.Simd;

/// <summary>The slope f'(x) of a function as a formula of y = f(x), for each lane of a register.</summary>
internal interface ISlope<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static abstract Vector512<T> Invoke(Vector512<T> y);
}

/// <summary>Slopes that are formulas of y alone, and gradients by them in one pass over memory.</summary>
/// <remarks>Only sums, differences and products: every processor, and every position in a span, has the same bits.</remarks>
internal static class Slopes
{
    /// <summary>dX = dY f'(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient<T, TSlope>(ReadOnlySpan<T> y, ReadOnlySpan<T> dY, Span<T> dX) where T : unmanaged, IBinaryFloatingPointIeee754<T> where TSlope : ISlope<T>
    {
        y = y[..dX.Length];
        dY = dY[..dX.Length];
        ref T output = ref MemoryMarshal.GetReference(y), gradient = ref MemoryMarshal.GetReference(dY), target = ref MemoryMarshal.GetReference(dX);
        int whole = dX.Length & -Vector512<T>.Count;
        for (nint i = 0; i < whole; i += Vector512<T>.Count)
            (TSlope.Invoke(Vector512.LoadUnsafe(ref output, (nuint)i)) * Vector512.LoadUnsafe(ref gradient, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        for (int i = whole; i < dX.Length; i++)
            dX[i] = TSlope.Invoke(Vector512.Create(y[i]))[0] * dY[i];
    }

    /// <summary>tanh: 1 - y².</summary>
    public readonly struct Tanh<T> : ISlope<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Invoke(Vector512<T> y) => Vector512<T>.One - y * y;
    }

    /// <summary>A tanh(S x): (S/A) (A + y) (A - y).</summary>
    public readonly struct ScaledTanh<T> : ISlope<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Invoke(Vector512<T> y)
        {
            Vector512<T> amplitude = Vector512.Create(T.CreateChecked(ElementKernels.Amplitude));
            return (y + amplitude) * (amplitude - y) * Vector512.Create(T.CreateChecked(ElementKernels.InputFactor / ElementKernels.Amplitude));
        }
    }

    /// <summary>The logistic function: y (1 - y).</summary>
    public readonly struct Sigmoid<T> : ISlope<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Invoke(Vector512<T> y) => (Vector512<T>.One - y) * y;
    }
}
