using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RefNet.Backends.Simd;

/// <summary>
/// The transforms of Winograd's F(5, 5), along one axis: 5 outputs y of a kernel g of 5 taps from a tile d of 9 inputs with 9
/// products instead of 25, y = Aᵀ [(G g) ⊙ (Bᵀ d)]. Each lane of a register belongs to a different image.
/// </summary>
/// <remarks>
/// <para>
/// Derivation of the matrices: let g be the coefficients of a polynomial g(x) of degree 4, and h those of another. Their
/// product s(x) = g(x) h(x) has degree 8, so its values at 9 points determine it, and s(p) = g(p) h(p) is one product
/// per point. With F_p(x) = Π (x - q) over the other eight points q, s(x) = Σ g(p) h(p) F_p(x) / F_p(p). In matrices:
/// s = B [(G g) ⊙ (A h)], row p of A being 1 p p² p³ p⁴, row p of G the same divided by F_p(p), and column p of B the
/// coefficients of F_p.
/// </para>
/// <para>
/// For a given kernel that is a linear map from h to s, s_k = Σ g_v h_(k-v). A convolution, y_j = Σ g_v d_(j+v), is
/// the transpose of this map, so its matrices are the transposes: y = Aᵀ [(G g) ⊙ (Bᵀ d)]. The gradients follow from
/// transposing once more: those of d are B [(G g) ⊙ (A dy)], those of g are Gᵀ [(Bᵀ d) ⊙ (A dy)].
/// </para>
/// <para>
/// The points are 0 and four pairs b, -b. A pair shares the sums of its even and of its odd elements, since F_b = x (x + b) Q_b with
/// Q_b(x²) = Π (x² - c²) over the other three pairs: the even coefficients of F_b are those of Q_b, the odd ones b times
/// those of Q_b. F_0 = Π (x² - b²) has even coefficients only.
/// </para>
/// </remarks>
internal sealed unsafe class RowTransform<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of outputs of a tile.</summary>
    public const int Outputs = 5;

    /// <summary>The number of taps of the kernel.</summary>
    public const int Taps = 5;

    /// <summary>The number of points, and of inputs of a tile.</summary>
    public const int Points = Outputs + Taps - 1;

    // Powers of two near 1: their powers are exact and differ least in magnitude.
    private static readonly double[] pairs = [0.5, 1, 2, 4];

    // For each pair b: b b², then q0 q2 q4, the coefficients of Q_b; followed by those of F_0: c0 c2 c4 c6.
    private const int PairConstants = 5;

    private readonly T[] constants = Pinned([.. pairs.SelectMany(b => Polynomial(pairs.Where(c => c != b)).Prepend(b * b).Prepend(b)), .. Polynomial(pairs)]);
    private readonly T[] kernels;

    /// <summary>Creates the transforms.</summary>
    /// <param name="flip">Whether tap 0 reads the last input under the kernel.</param>
    public RowTransform(bool flip) =>
        kernels = Pinned([.. Kernel(0, flip), .. pairs.SelectMany(b => Kernel(b, flip).Concat(Kernel(-b, flip)))]);

    /// <summary>G, 9 rows of 5.</summary>
    public T* Kernels => Pointer(kernels);

    /// <summary>V = Bᵀ d for consecutive tiles, each of which begins 5 inputs after the one before it.</summary>
    /// <param name="d">The inputs, one register each.</param>
    /// <param name="tiles">The number of tiles.</param>
    /// <param name="v">For each point, one register per tile.</param>
    /// <param name="step">The distance between points.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Inputs(T* d, int tiles, T* v, nint step)
    {
        T* all = Pointer(constants), q = all + pairs.Length * PairConstants;
        Vector512<T> c0 = Vector512.Create(q[0]), c2 = Vector512.Create(q[1]), c4 = Vector512.Create(q[2]), c6 = Vector512.Create(q[3]);
        for (int tile = 0; tile < tiles; tile++, d += Outputs * Vector512<T>.Count, v += Vector512<T>.Count)
        {
            Vector512<T> d1 = Lane(d, 1), d2 = Lane(d, 2), d3 = Lane(d, 3), d4 = Lane(d, 4), d5 = Lane(d, 5), d6 = Lane(d, 6), d7 = Lane(d, 7), d8 = Lane(d, 8);
            MultiplyAdd(c0, Lane(d, 0), MultiplyAdd(c2, d2, MultiplyAdd(c4, d4, MultiplyAdd(c6, d6, d8)))).Store(v);
            T* target = v + step;
            for (T* pair = all; pair < q; pair += PairConstants, target += 2 * step)
            {
                Vector512<T> q0 = Vector512.Create(pair[2]), q2 = Vector512.Create(pair[3]), q4 = Vector512.Create(pair[4]);
                Vector512<T> even = MultiplyAdd(q0, d2, MultiplyAdd(q2, d4, MultiplyAdd(q4, d6, d8)));
                Vector512<T> odd = Vector512.Create(pair[0]) * MultiplyAdd(q0, d1, MultiplyAdd(q2, d3, MultiplyAdd(q4, d5, d7)));
                (even + odd).Store(target);
                (even - odd).Store(target + step);
            }
        }
    }

    /// <summary>y = Aᵀ m for consecutive tiles.</summary>
    /// <param name="m">For each point, one register per tile.</param>
    /// <param name="step">The distance between points.</param>
    /// <param name="tiles">The number of tiles.</param>
    /// <param name="y">The outputs, one register each, 5 per tile.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void OutputsOf(T* m, nint step, int tiles, T* y)
    {
        T* all = Pointer(constants), end = all + pairs.Length * PairConstants;
        for (int tile = 0; tile < tiles; tile++, m += Vector512<T>.Count, y += Outputs * Vector512<T>.Count)
        {
            Vector512<T> y0 = Vector512.Load(m), y1 = default, y2 = default, y3 = default, y4 = default;
            T* source = m + step;
            for (T* pair = all; pair < end; pair += PairConstants, source += 2 * step)
            {
                Vector512<T> plus = Vector512.Load(source), minus = Vector512.Load(source + step), square = Vector512.Create(pair[1]);
                Vector512<T> even = plus + minus, odd = Vector512.Create(pair[0]) * (plus - minus), evenSquare = square * even;
                (y0, y1, y2) = (y0 + even, y1 + odd, y2 + evenSquare);
                (y3, y4) = (MultiplyAdd(square, odd, y3), MultiplyAdd(square, evenSquare, y4));
            }

            Store(y, y0, y1, y2, y3);
            y4.Store(y + 4 * Vector512<T>.Count);
        }
    }

    /// <summary>V = A dy for consecutive tiles: the transpose of <see cref="OutputsOf"/>.</summary>
    /// <param name="dy">The gradients of the outputs, one register each, 5 per tile.</param>
    /// <param name="tiles">The number of tiles.</param>
    /// <param name="v">For each point, one register per tile.</param>
    /// <param name="step">The distance between points.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void OutputGradients(T* dy, int tiles, T* v, nint step)
    {
        T* all = Pointer(constants), end = all + pairs.Length * PairConstants;
        for (int tile = 0; tile < tiles; tile++, dy += Outputs * Vector512<T>.Count, v += Vector512<T>.Count)
        {
            Vector512<T> y0 = Lane(dy, 0), y1 = Lane(dy, 1), y2 = Lane(dy, 2), y3 = Lane(dy, 3), y4 = Lane(dy, 4);
            y0.Store(v);
            T* target = v + step;
            for (T* pair = all; pair < end; pair += PairConstants, target += 2 * step)
            {
                Vector512<T> square = Vector512.Create(pair[1]), even = MultiplyAdd(square, MultiplyAdd(square, y4, y2), y0);
                Vector512<T> odd = Vector512.Create(pair[0]) * MultiplyAdd(square, y3, y1);
                (even + odd).Store(target);
                (even - odd).Store(target + step);
            }
        }
    }

    /// <summary>d = B m for consecutive tiles, summed where they overlap: the transpose of <see cref="Inputs"/>.</summary>
    /// <param name="m">For each point, one register per tile.</param>
    /// <param name="step">The distance between points.</param>
    /// <param name="tiles">The number of tiles.</param>
    /// <param name="d">The gradients of the inputs, one register each: 5 per tile, and 4 after the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void InputGradients(T* m, nint step, int tiles, T* d)
    {
        T* all = Pointer(constants), q = all + pairs.Length * PairConstants;
        Vector512<T> d0 = default, d1 = default, d2 = default, d3 = default;
        for (int tile = 0; tile < tiles; tile++, m += Vector512<T>.Count, d += Outputs * Vector512<T>.Count)
        {
            Vector512<T> zero = Vector512.Load(m), d4 = Vector512.Create(q[2]) * zero, d5 = default, d6 = Vector512.Create(q[3]) * zero, d7 = default, d8 = zero;
            d0 = MultiplyAdd(Vector512.Create(q[0]), zero, d0);
            d2 = MultiplyAdd(Vector512.Create(q[1]), zero, d2);
            T* source = m + step;
            for (T* pair = all; pair < q; pair += PairConstants, source += 2 * step)
            {
                Vector512<T> plus = Vector512.Load(source), minus = Vector512.Load(source + step), even = plus + minus, odd = Vector512.Create(pair[0]) * (plus - minus);
                Vector512<T> q0 = Vector512.Create(pair[2]), q2 = Vector512.Create(pair[3]), q4 = Vector512.Create(pair[4]);
                (d1, d2) = (MultiplyAdd(q0, odd, d1), MultiplyAdd(q0, even, d2));
                (d3, d4) = (MultiplyAdd(q2, odd, d3), MultiplyAdd(q2, even, d4));
                (d5, d6) = (MultiplyAdd(q4, odd, d5), MultiplyAdd(q4, even, d6));
                (d7, d8) = (d7 + odd, d8 + even);
            }

            Store(d, d0, d1, d2, d3);
            d4.Store(d + 4 * Vector512<T>.Count);
            (d0, d1, d2, d3) = (d5, d6, d7, d8); // the next tile begins here
        }

        Store(d, d0, d1, d2, d3);
    }

    // The coefficients of Π (x - b²) in x, the square of the variable, without the leading 1.
    private static double[] Polynomial(IEnumerable<double> factors)
    {
        List<double> coefficients = [1];
        foreach (double b in factors)
        {
            coefficients.Insert(0, 0); // times x
            for (int i = 0; i < coefficients.Count - 1; i++)
                coefficients[i] -= b * b * coefficients[i + 1];
        }

        return [.. coefficients.SkipLast(1)];
    }

    // Row p of G for a point p; F_b(b) = 2 b² Q_b(b²), and so is F_(-b)(-b).
    private static IEnumerable<double> Kernel(double p, bool flip)
    {
        double divisor = p == 0 ? Polynomial(pairs)[0] : pairs.Where(c => c != Math.Abs(p)).Aggregate(2 * p * p, (product, c) => product * (p * p - c * c));
        IEnumerable<double> row = Powers(p).Select(power => power / divisor);
        return flip ? row.Reverse() : row;
    }

    // 1 p p² p³ p⁴
    private static IEnumerable<double> Powers(double p) => Enumerable.Range(0, Taps).Select(i => Math.Pow(p, i));

    private static T[] Pinned(double[] numbers)
    {
        T[] pinned = GC.AllocateArray<T>(numbers.Length, pinned: true);
        for (int i = 0; i < numbers.Length; i++)
            pinned[i] = T.CreateChecked(numbers[i]);
        return pinned;
    }

    private static T* Pointer(T[] pinned) => (T*)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);

    private static Vector512<T> Lane(T* registers, int i) => Vector512.Load(registers + i * Vector512<T>.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* target, Vector512<T> v0, Vector512<T> v1, Vector512<T> v2, Vector512<T> v3)
    {
        v0.Store(target);
        v1.Store(target + Vector512<T>.Count);
        v2.Store(target + 2 * Vector512<T>.Count);
        v3.Store(target + 3 * Vector512<T>.Count);
    }

    // a b + c, with one rounding where the hardware supports it; the JIT compiler knows T and keeps one of the branches.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> c) =>
        typeof(T) == typeof(float)
            ? Vector512.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector512.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();
}
