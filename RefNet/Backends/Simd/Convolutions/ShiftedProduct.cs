using System.Numerics;
using System.Runtime.CompilerServices;

namespace RefNet.Backends.Simd;

/// <summary>
/// One product Y = A B + b 1ᵀ where B is the matrix of columns that <see cref="ShiftedPlanes"/> represent without a
/// copy: row k of B is the memory of the planes starting at Offsets[k]. There may be several layouts of the same
/// planes, one per phase of the columns of Y.
/// </summary>
internal unsafe struct ShiftedProduct<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The longest sums that are stored at once. A different length would change the last bits.
    private const int MaxAtOnce = 384;

    // This many results stay in the second-level cache until they are complete and are stored.
    private const int MaxWaiting = 32 * 1024;

    public GemmKernel<T> Kernel;

    /// <summary>How to read the planes, for each phase of the columns of the result.</summary>
    public ShiftedPlanes[] Layouts;

    /// <summary>The planes of the first channel that the sums run over.</summary>
    public T* Planes;

    /// <summary>Element (r, k) of A, the weights, is at A[r*ARowStride + weight offset k].</summary>
    public T* A;
    public nint ARowStride;

    /// <summary>Where not null, A is in this order instead, and the layouts are those of its phases from FirstPhase on.</summary>
    public PhaseWeights? Order;
    public int FirstPhase;

    /// <summary>The number of rows of A.</summary>
    public int Rows;

    /// <summary>The number added to each row; null for none.</summary>
    public T* Bias;

    /// <summary>The destination of result (i, j) of row 0, the number of columns, and the distance between the planes of the rows.</summary>
    public Strided<T> Result;
    public int ResultColumns;
    public nint ResultPlane;

    // The weights of one of the layouts: the first, the distance between rows, and the offsets in a row.
    private readonly T* Weights(int phase) => Order is null ? A : A + Order.Starts[FirstPhase + phase];

    private readonly nint RowStride(int phase) => Order is null ? ARowStride : Layouts[phase].Offsets.Length;

    private readonly nint* WeightOffsets(int phase) => (Order?.Offsets ?? Layouts[phase].WeightOffsets).Pointer;

    // No phase has more columns than phase 0.
    private readonly int Positions => Layouts[0].Positions;

    /// <summary>
    /// Whether the results are stored from registers at once: each row of the result consists of whole registers, two or more, and these are complete after one
    /// sum. Others wait in other memory until they are complete, and are copied from there.
    /// </summary>
    public static bool StoresAtOnce(ShiftedPlanes[] layouts, GemmKernel<T> kernel) =>
        layouts is [{ } one] && one.ResultColumns % kernel.NarrowColumns == 0 && one.ResultColumns >= 2 * kernel.NarrowColumns && one.Offsets.Length <= MaxAtOnce;

    /// <summary>Computes all results; threads share the rows if there are enough, otherwise the positions.</summary>
    public readonly void Run()
    {
        int threads = ParallelLoop.AvailableThreads;
        if (threads == 1)
            Part(0, 1);
        else
            ParallelLoop.For(threads, (product: this, threads), static (part, s) => s.product.Part(part, s.threads));
    }

    private readonly void Part(int part, int parts)
    {
        bool byRows = Rows >= 2 * parts * Kernel.Rows;
        (int rowStart, int rowEnd) = byRows ? EqualParts.Range(part, parts, Rows, Kernel.Rows) : (0, Rows);
        bool atOnce = StoresAtOnce(Layouts, Kernel);
        (int count, int unit) = atOnce ? (Layouts[0].ResultRows, 1) : (Positions, Kernel.WideColumns);
        (int start, int end) = byRows ? (0, count) : EqualParts.Range(part, parts, count, unit);
        if (atOnce)
            Lines(rowStart, rowEnd, start, end);
        else
            Rectangle(rowStart, rowEnd, start, end);
    }

    // Computes rows start to end - 1 of the plane of each row of A, straight into the result: whole rows, in the order of memory, of a few planes at a time.
    private readonly void Lines(int rowStart, int rowEnd, int start, int end)
    {
        GemmTile<T> tile = default;
        (tile.Alpha, tile.Beta) = (T.One, Bias == null ? T.Zero : T.One);
        tile.ARowStride = RowStride(0);
        tile.CRowStride = ResultPlane;
        tile.Inner = Layouts[0].Offsets.Length;
        tile.AOffsets = WeightOffsets(0);
        tile.BOffsets = Layouts[0].Offsets.Pointer;
        for (int i = start; i < end; i++)
        {
            tile.B = Planes + i * Layouts[0].Pitch;
            for (int row = rowStart; row < rowEnd; row += Kernel.Rows)
            {
                int rows = Math.Min(Kernel.Rows, rowEnd - row);
                tile.A = Weights(0) + row * tile.ARowStride;
                tile.C = Result.At(i, 0) + row * ResultPlane;
                for (int r = 0; r < rows && Bias != null; r++)
                    new Span<T>(tile.C + r * ResultPlane, ResultColumns).Fill(Bias[row + r]);
                Kernel.MultiplyStrips(ref tile, rows, ResultColumns);
            }
        }
    }

    private readonly void Rectangle(int rowStart, int rowEnd, int start, int end)
    {
        if (rowStart == rowEnd || start == end)
            return;
        int phases = Layouts.Length, width = Math.Max(2, MaxWaiting / (rowEnd - rowStart) / phases / Kernel.WideColumns) * Kernel.WideColumns;
        width = Math.Min(width, (end - start + Kernel.WideColumns - 1) / Kernel.WideColumns * Kernel.WideColumns);
        using Scratch<T> scratch = new((rowEnd - rowStart) * phases * width);
        using Scratch<T> joinedScratch = new(phases == 1 ? 0 : phases * width);
        fixed (T* sums = scratch.Span, joined = joinedScratch.Span)
        {
            for (int position = start; position < end; position += width)
            {
                int count = Math.Min(width, end - position);
                for (int phase = 0; phase < phases; phase++)
                    Sum(phase, rowStart, rowEnd, position, count, sums + phase * width, phases * width);
                for (int r = rowStart; r < rowEnd; r++)
                    Deliver(r, position, count, sums + (r - rowStart) * phases * width, width, joined);
            }
        }
    }

    // sums = A B for some positions: loops over blocks of k, strips of B as wide as the kernel, and tiles of A's rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Sum(int phase, int rowStart, int rowEnd, int position, int count, T* sums, int sumsRow)
    {
        ShiftedPlanes layout = Layouts[phase];
        GemmTile<T> tile = default;
        (tile.Alpha, tile.IsNear) = (T.One, true);
        tile.ARowStride = RowStride(phase);
        tile.CRowStride = sumsRow;
        int inner = layout.Offsets.Length, most = Kernel.MaxInner / 2; // rows of a shifted strip lie in two cache lines each, where those of a copy lie in one
        int blocks = Math.Max(1, (inner + most - 1) / most); // an empty sum is 0
        for (int block = 0, k = 0; block < blocks; block++, k += tile.Inner)
        {
            tile.Inner = (inner - k) / (blocks - block);
            tile.Beta = block == 0 ? T.Zero : T.One;
            tile.AOffsets = WeightOffsets(phase) + k;
            tile.BOffsets = layout.Offsets.Pointer + k;
            for (int column = 0; column < count;)
            {
                bool wide = count - column > Kernel.WideColumns - Kernel.NarrowColumns;
                tile.B = Planes + position + column;
                tile.A = Weights(phase) + rowStart * tile.ARowStride;
                tile.C = sums + column;
                Kernel.MultiplyStrip(ref tile, rowEnd - rowStart, wide);
                column += wide ? Kernel.WideColumns : Kernel.NarrowColumns;
            }
        }
    }

    // Stores the sums of one row, without those between the rows of the result.
    private readonly void Deliver(int r, int position, int count, T* sums, int phaseStride, T* joined)
    {
        int phases = Layouts.Length;
        if (phases > 1)
            PlaneRows.Join(sums, phaseStride, phases, count, joined);
        PlaneRows.CopyPitched(
            phases > 1 ? joined : sums, position * phases, count * phases, Layouts[0].Pitch * phases,
            new Strided<T>(Result.At(0, 0) + r * ResultPlane, Result.RowStride, 1), Layouts[0].ResultRows, ResultColumns, Bias == null ? T.Zero : Bias[r]);
    }
}
