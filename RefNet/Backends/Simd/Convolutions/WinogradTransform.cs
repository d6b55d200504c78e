using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RefNet.Backends.Simd;

/// <summary>
/// The three transforms of Winograd's F(4x4, 3x3): 4x4 outputs of a 3x3 kernel from a 6x6 tile d of the input with 36
/// products instead of 144, Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A. Lavin and Gray 2016, section 4.3. Each lane of a register
/// is a different tile, or a different kernel.
/// </summary>
/// <remarks>
/// Element (i, j) of a tile or kernel is at i*Columns + j registers. A product of
/// polynomials of degree 3 and 2 is determined by its values at 0, 1, -1, 2, -2 and infinity: the rows of the matrices.
/// </remarks>
internal static unsafe class WinogradTransform
{
    /// <summary>The side of a tile of the input.</summary>
    public const int Tile = 6;

    /// <summary>The side of a tile of the output.</summary>
    public const int Output = 4;

    /// <summary>The elements of a tile of the input: the number of products per tile.</summary>
    public const int Products = Tile * Tile;

    /// <summary>V = Bᵀ d B for one tile per lane of a register.</summary>
    /// <param name="d">The tiles; element (i, j) is at 6 i + j registers.</param>
    /// <param name="v">Element (i, j) goes to (6 i + j) * step.</param>
    /// <param name="step">The distance between elements of V.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input<T>(T* d, T* v, nint step) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* columns = stackalloc T[Products * Vector512<T>.Count];
        for (int j = 0; j < Tile; j++)
        {
            Input(
                Lane(d, j), Lane(d, 6 + j), Lane(d, 12 + j), Lane(d, 18 + j), Lane(d, 24 + j), Lane(d, 30 + j),
                columns + j * Vector512<T>.Count, Tile * Vector512<T>.Count); // Bᵀ d
        }

        for (int i = 0; i < Tile; i++)
        {
            T* row = columns + i * Tile * Vector512<T>.Count;
            Input(Lane(row, 0), Lane(row, 1), Lane(row, 2), Lane(row, 3), Lane(row, 4), Lane(row, 5), v + i * Tile * step, step); // (Bᵀ d) B
        }
    }

    /// <summary>Y = Aᵀ m A for one tile per lane of a register.</summary>
    /// <param name="m">Element (i, j) is at (6 i + j) * step.</param>
    /// <param name="step">The distance between elements of m.</param>
    /// <param name="y">Element (i, j) goes to 4 i + j registers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Outputs<T>(T* m, nint step, T* y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* columns = stackalloc T[Output * Tile * Vector512<T>.Count];
        for (int j = 0; j < Tile; j++)
        {
            T* column = m + j * step;
            Outputs(
                Vector512.Load(column), Vector512.Load(column + 6 * step), Vector512.Load(column + 12 * step),
                Vector512.Load(column + 18 * step), Vector512.Load(column + 24 * step), Vector512.Load(column + 30 * step),
                columns + j * Vector512<T>.Count, Tile * Vector512<T>.Count); // Aᵀ m
        }

        for (int i = 0; i < Output; i++)
        {
            T* row = columns + i * Tile * Vector512<T>.Count;
            Outputs(Lane(row, 0), Lane(row, 1), Lane(row, 2), Lane(row, 3), Lane(row, 4), Lane(row, 5), y + i * Output * Vector512<T>.Count, Vector512<T>.Count); // (Aᵀ m) A
        }
    }

    /// <summary>U = G g Gᵀ for one kernel per lane of a register.</summary>
    /// <param name="g">Element (i, j) is at 3 i + j registers.</param>
    /// <param name="u">Element (i, j) goes to (6 i + j) * step.</param>
    /// <param name="step">The distance between elements of U.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Kernels<T>(T* g, T* u, nint step) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* columns = stackalloc T[Tile * 3 * Vector512<T>.Count];
        for (int j = 0; j < 3; j++)
            Kernels(Lane(g, j), Lane(g, 3 + j), Lane(g, 6 + j), columns + j * Vector512<T>.Count, 3 * Vector512<T>.Count); // G g
        for (int i = 0; i < Tile; i++)
        {
            T* row = columns + i * 3 * Vector512<T>.Count;
            Kernels(Lane(row, 0), Lane(row, 1), Lane(row, 2), u + i * Tile * step, step); // (G g) Gᵀ
        }
    }

    /// <summary>A y Aᵀ for as many tiles as a register has lanes: the adjoint of <c>Outputs</c>.</summary>
    /// <param name="y">Element (i, j) is at 4 i + j registers.</param>
    /// <param name="m">Element (i, j) goes to (6 i + j) * step.</param>
    /// <param name="step">The distance between elements of the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OutputGradients<T>(T* y, T* m, nint step) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* columns = stackalloc T[Tile * Output * Vector512<T>.Count];
        for (int j = 0; j < Output; j++)
        {
            OutputGradients(Lane(y, j), Lane(y, 4 + j), Lane(y, 8 + j), Lane(y, 12 + j), columns + j * Vector512<T>.Count, Output * Vector512<T>.Count); // A y
        }

        for (int i = 0; i < Tile; i++)
        {
            T* row = columns + i * Output * Vector512<T>.Count;
            OutputGradients(Lane(row, 0), Lane(row, 1), Lane(row, 2), Lane(row, 3), m + i * Tile * step, step); // (A y) Aᵀ
        }
    }

    /// <summary>Gᵀ u G for as many kernels as a register has lanes: the adjoint of <c>Kernels</c>.</summary>
    /// <param name="u">Element (i, j) is at (6 i + j) * step.</param>
    /// <param name="step">The distance between elements of u.</param>
    /// <param name="g">Element (i, j) goes to 3 i + j registers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void KernelGradients<T>(T* u, nint step, T* g) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Taps = 3;
        T* columns = stackalloc T[Taps * Tile * Vector512<T>.Count];
        for (int j = 0; j < Tile; j++)
        {
            T* column = u + j * step;
            KernelGradients(
                Vector512.Load(column), Vector512.Load(column + 6 * step), Vector512.Load(column + 12 * step),
                Vector512.Load(column + 18 * step), Vector512.Load(column + 24 * step), Vector512.Load(column + 30 * step),
                columns + j * Vector512<T>.Count, Tile * Vector512<T>.Count); // Gᵀ u
        }

        for (int i = 0; i < Taps; i++)
        {
            T* row = columns + i * Tile * Vector512<T>.Count;
            KernelGradients(Lane(row, 0), Lane(row, 1), Lane(row, 2), Lane(row, 3), Lane(row, 4), Lane(row, 5), g + i * Taps * Vector512<T>.Count, Vector512<T>.Count); // (Gᵀ u) G
        }
    }

    private static Vector512<T> Lane<T>(T* registers, int i) where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector512.Load(registers + i * Vector512<T>.Count);

    // Bᵀ d = 4 0 -5 0 1 0 | 0 -4 -4 1 1 0 | 0 4 -4 -1 1 0 | 0 -2 -1 2 1 0 | 0 2 -1 -2 1 0 | 0 4 0 -5 0 1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input<T>(Vector512<T> d0, Vector512<T> d1, Vector512<T> d2, Vector512<T> d3, Vector512<T> d4, Vector512<T> d5, T* target, nint step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> two = Vector512.Create(T.CreateTruncating(2)), four = Vector512.Create(T.CreateTruncating(4)), five = Vector512.Create(T.CreateTruncating(5));
        Vector512<T> even = d4 - four * d2, odd = d3 - four * d1, evenSmall = d4 - d2, oddSmall = two * (d3 - d1);
        (four * d0 - five * d2 + d4).Store(target);
        (even + odd).Store(target + step);
        (even - odd).Store(target + 2 * step);
        (evenSmall + oddSmall).Store(target + 3 * step);
        (evenSmall - oddSmall).Store(target + 4 * step);
        (four * d1 - five * d3 + d5).Store(target + 5 * step);
    }

    // Aᵀ m = 1 1 1 1 1 0 | 0 1 -1 2 -2 0 | 0 1 1 4 4 0 | 0 1 -1 8 -8 1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Outputs<T>(Vector512<T> m0, Vector512<T> m1, Vector512<T> m2, Vector512<T> m3, Vector512<T> m4, Vector512<T> m5, T* target, nint step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> two = Vector512.Create(T.CreateTruncating(2)), four = Vector512.Create(T.CreateTruncating(4)), eight = Vector512.Create(T.CreateTruncating(8));
        Vector512<T> sum1 = m1 + m2, difference1 = m1 - m2, sum2 = m3 + m4, difference2 = m3 - m4;
        (m0 + sum1 + sum2).Store(target);
        (difference1 + two * difference2).Store(target + step);
        (sum1 + four * sum2).Store(target + 2 * step);
        (difference1 + eight * difference2 + m5).Store(target + 3 * step);
    }

    // G g = 1/4 0 0 | -1/6 -1/6 -1/6 | -1/6 1/6 -1/6 | 1/24 1/12 1/6 | 1/24 -1/12 1/6 | 0 0 1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Kernels<T>(Vector512<T> g0, Vector512<T> g1, Vector512<T> g2, T* target, nint step) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> quarter = Vector512.Create(T.CreateChecked(0.25)), sixth = Vector512.Create(T.One / T.CreateTruncating(6));
        Vector512<T> twelfth = Vector512.Create(T.One / T.CreateTruncating(12)), twentyFourth = Vector512.Create(T.One / T.CreateTruncating(24));
        Vector512<T> even = -sixth * (g0 + g2), odd = -sixth * g1, evenSmall = twentyFourth * g0 + sixth * g2, oddSmall = twelfth * g1;
        (quarter * g0).Store(target);
        (even + odd).Store(target + step);
        (even - odd).Store(target + 2 * step);
        (evenSmall + oddSmall).Store(target + 3 * step);
        (evenSmall - oddSmall).Store(target + 4 * step);
        g2.Store(target + 5 * step);
    }

    // A y, column by column of Aᵀ
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputGradients<T>(Vector512<T> y0, Vector512<T> y1, Vector512<T> y2, Vector512<T> y3, T* target, nint step) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> two = Vector512.Create(T.CreateTruncating(2)), four = Vector512.Create(T.CreateTruncating(4)), eight = Vector512.Create(T.CreateTruncating(8));
        Vector512<T> even = y0 + y2, odd = y1 + y3, evenLarge = y0 + four * y2, oddLarge = two * y1 + eight * y3;
        y0.Store(target);
        (even + odd).Store(target + step);
        (even - odd).Store(target + 2 * step);
        (evenLarge + oddLarge).Store(target + 3 * step);
        (evenLarge - oddLarge).Store(target + 4 * step);
        y3.Store(target + 5 * step);
    }

    // Gᵀ u, column by column of G
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void KernelGradients<T>(Vector512<T> u0, Vector512<T> u1, Vector512<T> u2, Vector512<T> u3, Vector512<T> u4, Vector512<T> u5, T* target, nint step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> quarter = Vector512.Create(T.CreateChecked(0.25)), sixth = Vector512.Create(T.One / T.CreateTruncating(6));
        Vector512<T> twelfth = Vector512.Create(T.One / T.CreateTruncating(12)), twentyFourth = Vector512.Create(T.One / T.CreateTruncating(24));
        Vector512<T> sum = sixth * (u1 + u2), sumSmall = u3 + u4;
        (quarter * u0 - sum + twentyFourth * sumSmall).Store(target);
        (sixth * (u2 - u1) + twelfth * (u3 - u4)).Store(target + step);
        (sixth * sumSmall - sum + u5).Store(target + 2 * step);
    }
}
