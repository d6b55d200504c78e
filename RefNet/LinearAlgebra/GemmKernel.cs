using System.Numerics;

namespace RefNet.LinearAlgebra;

/// <summary>
/// One small block of C, of at most <see cref="GemmKernel{T}.Rows"/> rows and one strip of columns, and where to find what
/// it is computed from. Element (i, k) of A stands at A[i*ARowStride + k*AStep], row k of B begins at B[k*BStep], and row
/// i of C begins at C[i*CRowStride].
/// </summary>
internal unsafe struct GemmTile<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T* A;
    public nint ARowStride;
    public nint AStep;
    public T* B;
    public nint BStep;
    public T* C;
    public nint CRowStride;

    /// <summary>How many rows of C are written, 1 to <see cref="GemmKernel{T}.Rows"/>.</summary>
    public int Rows;

    /// <summary>How many products each element of C sums.</summary>
    public int Inner;

    public T Alpha;

    /// <summary>The factor of what C holds; 0 means that C is not read.</summary>
    public T Beta;
}

/// <summary>
/// The innermost loop of <see cref="SimdGemm{T}"/>: C = alpha A B + beta C for a block of C that is small enough to be
/// summed up in registers. A processor multiplies much faster than it loads: each value that is loaded must serve many
/// products. A block of R x W needs R + W loads for R W products, so it is made as large as the registers hold.
/// </summary>
/// <remarks>
/// Every kernel adds the products of an element one after another, k = 0, 1, 2, ..., so that where the hardware
/// multiplies and adds in one rounding, all kernels and all places in a block give the same bits.
/// </remarks>
internal abstract class GemmKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The rows of a block.</summary>
    public abstract int Rows { get; }

    /// <summary>The columns of a wide block.</summary>
    public abstract int WideColumns { get; }

    /// <summary>The columns of a narrow block, one vector register; a factor of <see cref="WideColumns"/>.</summary>
    public abstract int NarrowColumns { get; }

    /// <summary>Computes a block of <see cref="WideColumns"/> columns.</summary>
    public abstract void MultiplyWide(in GemmTile<T> tile);

    /// <summary>Computes a block of <see cref="NarrowColumns"/> columns.</summary>
    public abstract void MultiplyNarrow(in GemmTile<T> tile);
}
