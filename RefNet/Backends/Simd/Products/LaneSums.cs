using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace RefNet.Backends.Simd;

/// <summary>
/// Sums of the lanes of registers, four registers at a time: interleaved, four sums cost little more than one.
/// </summary>
internal static class LaneSums
{
    /// <summary>Writes the sum of each of four registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store<T>(T* sums, Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Store(sums, a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper(), c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());

    /// <inheritdoc cref="Store{T}(T*, Vector512{T}, Vector512{T}, Vector512{T}, Vector512{T})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store<T>(T* sums, Vector256<T> a, Vector256<T> b, Vector256<T> c, Vector256<T> d) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Store(sums, a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper(), c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());

    /// <inheritdoc cref="Store{T}(T*, Vector512{T}, Vector512{T}, Vector512{T}, Vector512{T})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store<T>(T* sums, Vector128<T> a, Vector128<T> b, Vector128<T> c, Vector128<T> d) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            Vector128<double> ab = (InterleaveLower(a.AsSingle(), b.AsSingle()) + InterleaveUpper(a.AsSingle(), b.AsSingle())).AsDouble(); // a02 b02 a13 b13
            Vector128<double> cd = (InterleaveLower(c.AsSingle(), d.AsSingle()) + InterleaveUpper(c.AsSingle(), d.AsSingle())).AsDouble();
            (InterleaveLower(ab, cd).AsSingle() + InterleaveUpper(ab, cd).AsSingle()).Store((float*)sums);
        }
        else
        {
            (InterleaveLower(a.AsDouble(), b.AsDouble()) + InterleaveUpper(a.AsDouble(), b.AsDouble())).Store((double*)sums);
            (InterleaveLower(c.AsDouble(), d.AsDouble()) + InterleaveUpper(c.AsDouble(), d.AsDouble())).Store((double*)sums + 2);
        }
    }

    /// <summary>x0 y0 x1 y1</summary>
    public static Vector128<float> InterleaveLower(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackLow(x, y) : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(x, y) : Vector128.Create(x[0], y[0], x[1], y[1]);

    /// <summary>x2 y2 x3 y3</summary>
    public static Vector128<float> InterleaveUpper(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackHigh(x, y) : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(x, y) : Vector128.Create(x[2], y[2], x[3], y[3]);

    /// <summary>x0 y0</summary>
    public static Vector128<double> InterleaveLower(Vector128<double> x, Vector128<double> y) =>
        Sse2.IsSupported ? Sse2.UnpackLow(x, y) : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(x, y) : Vector128.Create(x[0], y[0]);

    /// <summary>x1 y1</summary>
    public static Vector128<double> InterleaveUpper(Vector128<double> x, Vector128<double> y) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(x, y) : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(x, y) : Vector128.Create(x[1], y[1]);
}
