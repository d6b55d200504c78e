using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Sums and linear functions of all values of one channel of a batch: H W per sample, or one where samples are
/// vectors. A channel of a few hundred thousand values stays in the second-level cache from one call to the next.
/// </summary>
internal static class Channel
{
    private const int LargestCache = 32 << 20; // bytes

    // One correction is enough for most channels; a sum of millions of equal values has so large an error that it takes two.
    private const int MostCorrections = 4;

    /// <summary>The mean of x, and the mean of (x - mean)².</summary>
    /// <remarks>
    /// Where values differ little relative to their size, the rounding of their sum is visible in the mean. The differences
    /// from it have a mean too, which corrects it: the mean of equal values is their value, however many there are.
    /// </remarks>
    public static (T Mean, T Variance) Moments<T>(Tensor<T> x, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T m = T.CreateChecked(x.Count / x.Shape[1]), mean = Sum(x, c) / m, variance = SumOfSquares(x, c, mean) / m;
        for (int i = 0; i < MostCorrections && RoundingShows(x, mean, variance); i++)
        {
            T shift = SumOfDifferences(x, c, mean) / m;
            if (mean + shift == mean)
                break;
            mean += shift;
            variance = SumOfSquares(x, c, mean) / m;
        }

        return (mean, variance);
    }

    // A sum adds the planes one after another, and in each of them at most Length values. Each addition may be off by
    // half of epsilon; the error of the mean may be 1/16 of σ.
    private static bool RoundingShows<T>(Tensor<T> x, T mean, T variance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int additions = x.Shape[0] + x.Count / (x.Shape[0] * x.Shape[1]);
        T epsilon = T.BitIncrement(T.One) - T.One, error = T.CreateChecked(additions) * epsilon / T.CreateChecked(2) * T.Abs(mean);
        return !(T.Sqrt(variance) > T.CreateChecked(16) * error) || !T.IsFinite(variance);
    }

    /// <summary>The sum of x.</summary>
    public static T Sum<T>(Tensor<T> x, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> xs = x.Values;
        Planes planes = Planes.Of(x, c);
        T sum = T.Zero;
        for (int n = 0; n < planes.Count; n++)
            sum += TensorPrimitives.Sum(xs.Slice(planes[n], planes.Length));
        return sum;
    }

    /// <summary>The sum of x - mean.</summary>
    public static T SumOfDifferences<T>(Tensor<T> x, int c, T mean) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> xs = x.Values;
        Planes planes = Planes.Of(x, c);
        T sum = T.Zero;
        for (int n = 0; n < planes.Count; n++)
            sum += SumOfDifferences(xs.Slice(planes[n], planes.Length), mean);
        return sum;
    }

    /// <summary>The sum of (x - mean)².</summary>
    public static T SumOfSquares<T>(Tensor<T> x, int c, T mean) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> xs = x.Values;
        Planes planes = Planes.Of(x, c);
        T sum = T.Zero;
        for (int n = 0; n < planes.Count; n++)
            sum += SumOfSquares(xs.Slice(planes[n], planes.Length), mean);
        return sum;
    }

    /// <summary>The sums of dy and of dy (x - mean).</summary>
    public static (T Sum, T Product) Sums<T>(Tensor<T> dY, Tensor<T> x, int c, T mean) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> dys = dY.Values, xs = x.Values;
        Planes planes = Planes.Of(x, c);
        T sum = T.Zero, product = T.Zero;
        for (int n = 0; n < planes.Count; n++)
        {
            (T planeSum, T planeProduct) = Sums(dys.Slice(planes[n], planes.Length), xs.Slice(planes[n], planes.Length), mean);
            sum += planeSum;
            product += planeProduct;
        }

        return (sum, product);
    }

    /// <summary>y = a (x - mean) + b.</summary>
    public static void Line<T>(Tensor<T> x, int c, T mean, T a, T b, Tensor<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> xs = x.Values;
        Span<T> ys = y.Span;
        Planes planes = Planes.Of(x, c);
        bool pastCache = GoesPastCache<T>(y.Count, planes);
        for (int n = planes.Count - 1; n >= 0; n--) // backwards: what the sums read last is still cached
            Line(xs.Slice(planes[n], planes.Length), mean, a, b, ys.Slice(planes[n], planes.Length), pastCache);
    }

    /// <summary>dx = a dy + b (x - mean) + d.</summary>
    public static void Combine<T>(Tensor<T> dY, Tensor<T> x, int c, T mean, T a, T b, T d, Tensor<T> dX) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> dys = dY.Values, xs = x.Values;
        Span<T> dxs = dX.Span;
        Planes planes = Planes.Of(x, c);
        bool pastCache = GoesPastCache<T>(dX.Count, planes);
        for (int n = planes.Count - 1; n >= 0; n--) // backwards, too
            Combine(dys.Slice(planes[n], planes.Length), xs.Slice(planes[n], planes.Length), mean, a, b, d, dxs.Slice(planes[n], planes.Length), pastCache);
    }

    // The planes of one channel; Distance is that between the planes of consecutive samples.
    private readonly record struct Planes(int Count, int Length, int First, int Distance)
    {
        public static Planes Of<T>(Tensor<T> x, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            int sample = x.Count / x.Shape[0], length = sample / x.Shape[1];
            return new Planes(x.Shape[0], length, c * length, sample);
        }

        public int this[int n] => First + n * Distance;
    }

    // A result that is too large for the cache bypasses it with non-temporal stores: otherwise each line would be
    // read first and would evict data still in use. This requires planes of whole registers, so that each is aligned.
    private static bool GoesPastCache<T>(int count, Planes planes) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (long)count * Unsafe.SizeOf<T>() > LargestCache && planes.Length % Vector512<T>.Count == 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T SumOfDifferences<T>(ReadOnlySpan<T> x, T mean) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T xs = ref MemoryMarshal.GetReference(x);
        Vector512<T> means = Vector512.Create(mean), sums = Vector512<T>.Zero;
        int i = 0;
        for (; i <= x.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            sums += Load(ref xs, i) - means;

        T sum = Vector512.Sum(sums);
        for (; i < x.Length; i++)
            sum += x[i] - mean;
        return sum;
    }

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

    // Memory of tensors does not move. Non-temporal stores need no fence here: a thread ends its share of a loop with
    // an interlocked operation, which waits for them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store<T>(Vector512<T> v, ref T target, int i, bool pastCache) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* place = (T*)Unsafe.AsPointer(ref target) + i;
        if (!pastCache)
        {
            v.Store(place);
        }
        else if (Vector512.IsHardwareAccelerated)
        {
            v.StoreAlignedNonTemporal(place);
        }
        else
        {
            // In one piece these would be plain stores.
            v.GetLower().StoreAlignedNonTemporal(place);
            v.GetUpper().StoreAlignedNonTemporal(place + Vector256<T>.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> MultiplyAdd<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float)
            ? Vector512.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector512.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();
}
