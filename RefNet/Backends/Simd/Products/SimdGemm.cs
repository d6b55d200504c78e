using System.Numerics;
using System.Runtime.Intrinsics.X86;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// The fast managed matrix product, for float and double. Three ideas, one file each: a kernel that sums a small block of C
/// in registers (<see cref="GemmKernel{T}"/>), blocks of A and B that stay in the caches while they are used
/// (<see cref="GemmBlocks{T}"/>) and operands copied into the order in which they are used (<see cref="GemmPacking"/>). Goto and
/// van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication".
/// </summary>
/// <remarks>
/// Threads share the rows or the columns of C, never the sum over k: each element is summed in the same order for any
/// number of threads. A call allocates nothing once the threads have their scratch memory.
/// </remarks>
public sealed class SimdGemm<T> : IGemm<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Below this many products, a part of the work is finished before another thread has woken up.
    private const long ProductsWorthAThread = 1 << 18;

    private readonly GemmKernel<T> kernel;

    /// <summary>Creates the product with the best kernel for this processor.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public SimdGemm() : this(BestKernel()) { }

    /// <summary>Creates the product with a given kernel, which this processor must support.</summary>
    internal SimdGemm(GemmKernel<T> kernel)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new NotSupportedException($"{nameof(SimdGemm<>)} multiplies matrices of float or double, not {typeof(T).Name}; use the reference backend instead.");
        this.kernel = kernel;
    }

    /// <inheritdoc/>
    public string Name => "simd";

    /// <summary>Whether convolutions with kernels 3x3, or 5 wide, may use Winograd's algorithm where it is faster; true by default.</summary>
    /// <remarks>
    /// It runs up to twice as fast. Its error depends on the largest numbers in a tile of 6x6 inputs, not only on those that
    /// an output sums: in a test with C channels it was at most 4e-7 of 9 C max|x| max|w| in float (2e-6 with fewer than 8
    /// channels), where direct sums stay below 1e-7. So an output whose inputs are all zero may come out as a small number, and infinity or NaN
    /// reaches all outputs of its tile. The weight gradient sums n products over a batch: at most 2e-7 of n max|x| max|dy|, and infinity
    /// or NaN reaches all weights of a kernel. Kernels 5 wide, in batches of small images: tiles are 9 inputs of a row, and in the
    /// same test the errors of all three products were at most 4e-7 of the number of products times the largest factors
    /// (1e-6 with fewer than 6 channels). Numbers of one sign are worse: from 0.9 to 1 it was 6e-6, and 1.5e-6 for direct sums. In the weight gradient infinity or NaN reaches all weights of a row of the kernel.
    /// </remarks>
    public bool UseWinograd { get; init; } = true;

    /// <summary>The best kernel for this processor.</summary>
    internal static GemmKernel<T> BestKernel() => Avx512F.IsSupported ? new Vector512Kernel<T>() : new VectorKernel<T>();

    /// <inheritdoc/>
    public unsafe void Multiply(T alpha, Matrix<T> a, Matrix<T> b, T beta, Matrix<T> c)
    {
        Gemm.CheckExtents(a, b, c);
        if (c.Rows == 0 || c.Columns == 0)
            return;
        if (c.ColumnStride != 1 && c.RowStride == 1)
        {
            Multiply(alpha, b.Transposed, a.Transposed, beta, c.Transposed); // Cᵀ = Bᵀ Aᵀ: the kernels write rows
            return;
        }

        fixed (T* aElements = a.Span, bElements = b.Span, cElements = c.Span)
        {
            GemmProduct<T> product = GemmProduct<T>.OfThisThread;
            product.Kernel = kernel;
            product.Inner = a.Columns;
            product.AsDots = a.ColumnStride == 1 && b.RowStride == 1 && GemmDots<T>.Suit(c.Rows, c.Columns, a.Columns);
            (product.Alpha, product.Beta) = (alpha, beta);
            product.A = new Strided<T>(aElements, a.RowStride, a.ColumnStride);
            product.B = new Strided<T>(bElements, b.RowStride, b.ColumnStride);
            product.C = new Strided<T>(cElements, c.RowStride, c.ColumnStride);
            product.Run(c.Rows, c.Columns, Threads(c.Rows, c.Columns, a.Columns));
        }
    }

    /// <summary>Creates the convolution of one layer.</summary>
    internal IConvolution<T> Convolution(ConvolutionGeometry geometry, int groups) => new SimdConvolution<T>(geometry, groups, this, kernel, UseWinograd);

    private static int Threads(int rows, int columns, int inner) =>
        (int)Math.Clamp((long)rows * columns * inner / ProductsWorthAThread, 1, ParallelLoop.AvailableThreads);
}
