using System.Numerics;

namespace RefNet.Backends.Simd;

/// <summary>Element (i, j) of a matrix is at elements[i*RowStride + j*ColumnStride].</summary>
internal readonly unsafe struct Strided<T>(T* elements, nint rowStride, nint columnStride)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly nint RowStride = rowStride;
    public readonly nint ColumnStride = columnStride;

    private readonly T* elements = elements;

    public T* At(int row, int column) => elements + row * RowStride + column * ColumnStride;
}

/// <summary>
/// The state of one product C = alpha A B + beta C, and how threads share it: each takes some rows, or some columns, of C.
/// </summary>
internal sealed class GemmProduct<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [ThreadStatic]
    private static GemmProduct<T>? ofThisThread;

    private readonly Action<int> multiplyPart;
    private int rows;
    private int columns;
    private int parts;

    private GemmProduct() => multiplyPart = MultiplyPart;

    /// <summary>The object that this thread reuses for all of its products, so that a product allocates nothing.</summary>
    public static GemmProduct<T> OfThisThread => ofThisThread ??= new GemmProduct<T>();

    public GemmKernel<T> Kernel = null!;
    public int Inner;
    public bool AsDots;
    public T Alpha;
    public T Beta;
    public Strided<T> A;
    public Strided<T> B;
    public Strided<T> C;

    /// <summary>Computes all of C, with the given numbers of rows and columns, on at most the given number of threads.</summary>
    public void Run(int rows, int columns, int threads)
    {
        (this.rows, this.columns) = (rows, columns);
        parts = Math.Min(threads, Math.Max(Units(rows, Kernel.Rows), Units(columns, Kernel.WideColumns)));
        if (parts == 1)
            GemmBlocks<T>.Multiply(this, 0, rows, 0, columns);
        else
            ParallelLoop.For(parts, multiplyPart);
    }

    private static int Units(int count, int unit) => (count + unit - 1) / unit;

    // Threads share the rows or the columns, whichever are more, measured in tiles.
    private void MultiplyPart(int part)
    {
        bool byRows = Units(rows, Kernel.Rows) >= Units(columns, Kernel.WideColumns);
        (int rowStart, int rowEnd) = byRows ? EqualParts.Range(part, parts, rows, Kernel.Rows) : (0, rows);
        (int columnStart, int columnEnd) = byRows ? (0, columns) : EqualParts.Range(part, parts, columns, Kernel.WideColumns);
        GemmBlocks<T>.Multiply(this, rowStart, rowEnd, columnStart, columnEnd);
    }
}
