using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RefNet.Tensors;

namespace RefNet.LinearAlgebra;

/// <summary>
/// Sums and straight lines over all values of one channel of a batch: of each sample H W of them, or one where samples are
/// vectors. A channel of a few hundred thousand values stays in the second-level cache from one call to the next.
/// </summary>
internal static class Channel
{
    private const int LargestCache = 32 << 20; // bytes

    /// <summary>The sum of x.</summary>
    public static T Sum<T>(Tensor<T> x, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int n = 0; n < x.Shape[0]; n++)
            sum += TensorPrimitives.Sum<T>(x.Plane(n, c));
        return sum;
    }

    /// <summary>The sum of (x - mean)².</summary>
    public static T SumOfSquares<T>(Tensor<T> x, int c, T mean) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int n = 0; n < x.Shape[0]; n++)
            sum += SumOfSquares(x.Plane(n, c), mean);
        return sum;
    }

    /// <summary>The sums of dy and of dy (x - mean).</summary>
    public static (T Sum, T Product) Sums<T>(Tensor<T> dY, Tensor<T> x, int c, T mean) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero, product = T.Zero;
        for (int n = 0; n < x.Shape[0]; n++)
        {
            (T planeSum, T planeProduct) = Sums(dY.Plane(n, c), x.Plane(n, c), mean);
            sum += planeSum;
            product += planeProduct;
        }

        return (sum, product);
    }

    /// <summary>y = a (x - mean) + b.</summary>
    public static void Line<T>(Tensor<T> x, int c, T mean, T a, T b, Tensor<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int n = x.Shape[0] - 1; n >= 0; n--) // backwards: what the sums read last is still in the cache
            Line(x.Plane(n, c), mean, a, b, y.Plane(n, c), GoesPastCache(y));
    }

    /// <summary>dx = a dy + b (x - mean) + d.</summary>
    public static void Combine<T>(Tensor<T> dY, Tensor<T> x, int c, T mean, T a, T b, T d, Tensor<T> dX) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int n = x.Shape[0] - 1; n >= 0; n--) // backwards, too
            Combine(dY.Plane(n, c), x.Plane(n, c), mean, a, b, d, dX.Plane(n, c), GoesPastCache(dX));
    }

    // A result that no cache holds is written past it, straight to memory: otherwise each line of it would be read first,
    // and would push out what is still wanted. It takes planes of whole registers, so that each begins on a boundary.
    private static bool GoesPastCache<T>(Tensor<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (long)y.Count * Unsafe.SizeOf<T>() > LargestCache && y.Plane(0, 0).Length % Vector512<T>.Count == 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T SumOfSquares<T>(ReadOnlySpan<T> x, T mean) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T xs = ref MemoryMarshal.GetReference(x);
        Vector512<T> means = Vector512.Create(mean), s0 = Vector512<T>.Zero, s1 = s0;
        int i = 0;
        for (; i <= x.Length - 2 * Vector512<T>.Count; i += 2 * Vector512<T>.Count)
        {
            Vector512<T> a = Load(ref xs, i) - means, b = Load(ref xs, i + Vector512<T>.Count) - means;
            s0 = MultiplyAdd(a, a, s0);
            s1 = MultiplyAdd(b, b, s1);
        }

        T sum = Vector512.Sum(s0 + s1);
        for (; i < x.Length; i++)
            sum += (x[i] - mean) * (x[i] - mean);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (T Sum, T Product) Sums<T>(ReadOnlySpan<T> dY, ReadOnlySpan<T> x, T mean) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T dys = ref MemoryMarshal.GetReference(dY), xs = ref MemoryMarshal.GetReference(x);
        Vector512<T> means = Vector512.Create(mean), s0 = Vector512<T>.Zero, s1 = s0, p0 = s0, p1 = s0;
        int i = 0;
        for (; i <= x.Length - 2 * Vector512<T>.Count; i += 2 * Vector512<T>.Count)
        {
            Vector512<T> a = Load(ref dys, i), b = Load(ref dys, i + Vector512<T>.Count);
            s0 += a;
            s1 += b;
            p0 = MultiplyAdd(a, Load(ref xs, i) - means, p0);
            p1 = MultiplyAdd(b, Load(ref xs, i + Vector512<T>.Count) - means, p1);
        }

        T sum = Vector512.Sum(s0 + s1), product = Vector512.Sum(p0 + p1);
        for (; i < x.Length; i++)
        {
            sum += dY[i];
            product += dY[i] * (x[i] - mean);
        }

        return (sum, product);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Line<T>(ReadOnlySpan<T> x, T mean, T a, T b, Span<T> y, bool pastCache) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T xs = ref MemoryMarshal.GetReference(x), ys = ref MemoryMarshal.GetReference(y);
        Vector512<T> means = Vector512.Create(mean), slope = Vector512.Create(a), offset = Vector512.Create(b);
        int i = 0;
        for (; i <= x.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            Store(MultiplyAdd(Load(ref xs, i) - means, slope, offset), ref ys, i, pastCache);
        for (; i < x.Length; i++)
            y[i] = T.MultiplyAddEstimate(x[i] - mean, a, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Combine<T>(ReadOnlySpan<T> dY, ReadOnlySpan<T> x, T mean, T a, T b, T d, Span<T> dX, bool pastCache) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T dys = ref MemoryMarshal.GetReference(dY), xs = ref MemoryMarshal.GetReference(x), dxs = ref MemoryMarshal.GetReference(dX);
        Vector512<T> means = Vector512.Create(mean), forDy = Vector512.Create(a), forX = Vector512.Create(b), offset = Vector512.Create(d);
        int i = 0;
        for (; i <= x.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            Store(MultiplyAdd(Load(ref dys, i), forDy, MultiplyAdd(Load(ref xs, i) - means, forX, offset)), ref dxs, i, pastCache);
        for (; i < x.Length; i++)
            dX[i] = T.MultiplyAddEstimate(dY[i], a, T.MultiplyAddEstimate(x[i] - mean, b, d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Load<T>(ref T source, int i) => Vector512.LoadUnsafe(ref source, (nuint)i);

    // Memory of tensors does not move. Stores past the cache need no fence here: a thread ends its share of a loop with an
    // interlocked operation, which waits for them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store<T>(Vector512<T> v, ref T target, int i, bool pastCache) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* place = (T*)Unsafe.AsPointer(ref target) + i;
        if (pastCache)
            v.StoreAlignedNonTemporal(place);
        else
            v.Store(place);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> MultiplyAdd<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float)
            ? Vector512.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector512.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();
}
