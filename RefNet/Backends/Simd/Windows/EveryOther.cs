using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RefNet.Backends.Simd;

/// <summary>Splits a row into even and odd elements and back, for windows with a stride of 2.</summary>
internal static class EveryOther
{
    /// <summary>Elements 0, 2, 4 ... and 1, 3, 5 ... of two consecutive registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<T> Even, Vector256<T> Odd) Split<T>(Vector256<T> first, Vector256<T> second) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (first, second) = (EvenFirst(first), EvenFirst(second));
        return (Vector256.Create(first.GetLower(), second.GetLower()), Vector256.Create(first.GetUpper(), second.GetUpper()));
    }

    /// <summary>
    /// Elements 0, 2, 4 ... of two registers' worth of elements less one: the second register begins at the last
    /// element of the first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Even<T>(Vector128<T> first, Vector128<T> earlier) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float)
            ? LaneSums.InterleaveLower(
                Vector128.Shuffle(first.AsSingle(), Vector128.Create(0, 2, 0, 2)).AsDouble(),
                Vector128.Shuffle(earlier.AsSingle(), Vector128.Create(1, 3, 1, 3)).AsDouble()).As<double, T>()
            : LaneSums.InterleaveLower(first.AsDouble(), Vector128.Shuffle(earlier.AsDouble(), Vector128.Create(1L, 1))).As<double, T>();

    /// <summary>Elements 0 + 1, 2 + 3, 4 + 5 ... of two consecutive registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> AddNeighbours<T>(Vector256<T> first, Vector256<T> second) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Avx2.IsSupported && typeof(T) == typeof(float))
            return Avx2.Permute4x64(Avx.HorizontalAdd(first.AsSingle(), second.AsSingle()).AsDouble(), 0b11_01_10_00).As<double, T>();
        (Vector256<T> evens, Vector256<T> odds) = Split(first, second);
        return evens + odds;
    }

    /// <summary>Each element twice: 0 0 1 1 2 2 ... in two registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<T> First, Vector256<T> Second) Twice<T>(Vector256<T> v) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float)
            ? (Vector256.Shuffle(v.AsSingle(), Vector256.Create(0, 0, 1, 1, 2, 2, 3, 3)).As<float, T>(), Vector256.Shuffle(v.AsSingle(), Vector256.Create(4, 4, 5, 5, 6, 6, 7, 7)).As<float, T>())
            : (Vector256.Shuffle(v.AsDouble(), Vector256.Create(0L, 0, 1, 1)).As<double, T>(), Vector256.Shuffle(v.AsDouble(), Vector256.Create(2L, 2, 3, 3)).As<double, T>());

    /// <summary>The inverse.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<T> First, Vector256<T> Second) Join<T>(Vector256<T> even, Vector256<T> odd) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (InTurn(Vector256.Create(even.GetLower(), odd.GetLower())), InTurn(Vector256.Create(even.GetUpper(), odd.GetUpper())));

    // 0 1 2 3 4 5 6 7 -> 0 2 4 6 1 3 5 7
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> EvenFirst<T>(Vector256<T> v) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float)
            ? Vector256.Shuffle(v.AsSingle(), Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7)).As<float, T>()
            : Vector256.Shuffle(v.AsDouble(), Vector256.Create(0L, 2, 1, 3)).As<double, T>();

    // 0 1 2 3 4 5 6 7 -> 0 4 1 5 2 6 3 7
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> InTurn<T>(Vector256<T> v) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float)
            ? Vector256.Shuffle(v.AsSingle(), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).As<float, T>()
            : Vector256.Shuffle(v.AsDouble(), Vector256.Create(0L, 2, 1, 3)).As<double, T>();
}
