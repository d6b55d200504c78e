using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using RefNet.Backends.Simd;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Backends;

/// <summary>How the elements of a matrix lie in memory.</summary>
public enum Layout
{
    /// <summary>Row after row without gaps.</summary>
    RowMajor,

    /// <summary>Column after column without gaps: a transposed view.</summary>
    ColumnMajor,

    /// <summary>Row after row, with a gap after each row: a part of a wider matrix.</summary>
    WideRows,

    /// <summary>Gaps after each row and after each element.</summary>
    Scattered,
}

/// <summary>One product C = alpha A B + beta C with A of Rows x Inner and B of Inner x Columns.</summary>
public sealed record GemmCase(
    int Rows, int Inner, int Columns, Layout LayoutA, Layout LayoutB, Layout LayoutC, double Alpha, double Beta, int Seed)
{
    public static Gen<Layout> Layouts { get; } = Gen.Elements(Enum.GetValues<Layout>());

    public IEnumerable<GemmCase> Shrink()
    {
        if (Rows > 1)
            yield return this with { Rows = Rows / 2 };
        if (Inner > 1)
            yield return this with { Inner = Inner / 2 };
        if (Columns > 1)
            yield return this with { Columns = Columns / 2 };
        if (Rows > 1)
            yield return this with { Rows = Rows - 1 };
        if (Inner > 1)
            yield return this with { Inner = Inner - 1 };
        if (Columns > 1)
            yield return this with { Columns = Columns - 1 };
        if (LayoutA != Layout.RowMajor)
            yield return this with { LayoutA = Layout.RowMajor };
        if (LayoutB != Layout.RowMajor)
            yield return this with { LayoutB = Layout.RowMajor };
        if (LayoutC != Layout.RowMajor)
            yield return this with { LayoutC = Layout.RowMajor };
        if (Alpha != 1)
            yield return this with { Alpha = 1 };
        if (Beta != 0)
            yield return this with { Beta = 0 };
    }
}

/// <summary>The memory of one matrix and how it is seen; what lies between its elements must never be written.</summary>
public sealed class MatrixMemory<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What stands where no element is.</summary>
    public static readonly T GapValue = T.CreateChecked(-77);

    private readonly int rows;
    private readonly int columns;
    private readonly int rowStride;
    private readonly int columnStride;

    public MatrixMemory(int rows, int columns, Layout layout, Func<double> next)
    {
        (this.rows, this.columns) = (rows, columns);
        (rowStride, columnStride) = layout switch
        {
            Layout.RowMajor => (columns, 1),
            Layout.ColumnMajor => (1, rows),
            Layout.WideRows => (columns + 3, 1),
            _ => (2 * columns + 5, 2),
        };
        Memory = new T[rows * columns == 0 ? 8 : (rows - 1) * rowStride + (columns - 1) * columnStride + 9];
        Memory.AsSpan().Fill(GapValue);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                View[i, j] = T.CreateChecked(next());
        }
    }

    public T[] Memory { get; }

    public Matrix<T> View => new(Memory, rows, columns, rowStride, columnStride);

    /// <summary>What lies between and behind the elements.</summary>
    public T[] Gaps
    {
        get
        {
            bool[] isElement = new bool[Memory.Length];
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                    isElement[i * rowStride + j * columnStride] = true;
            }

            return [.. Memory.Where((_, index) => !isElement[index])];
        }
    }
}

/// <summary>The operands of a case; the same case gives the same numbers.</summary>
public sealed class Operands<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly GemmCase gemmCase;

    public Operands(GemmCase c, Func<Random, double>? number = null)
    {
        gemmCase = c;
        Random random = Seeds.Create(c.Seed);
        number ??= source => 2 * source.NextDouble() - 1;
        A = new MatrixMemory<T>(c.Rows, c.Inner, c.LayoutA, () => number(random));
        B = new MatrixMemory<T>(c.Inner, c.Columns, c.LayoutB, () => number(random));
        C = new MatrixMemory<T>(c.Rows, c.Columns, c.LayoutC, () => number(random));
    }

    public MatrixMemory<T> A { get; }

    public MatrixMemory<T> B { get; }

    public MatrixMemory<T> C { get; }

    public void Multiply(IGemm<T> gemm) =>
        gemm.Multiply(T.CreateChecked(gemmCase.Alpha), A.View, B.View, T.CreateChecked(gemmCase.Beta), C.View);
}

/// <summary>What a case gives by the definition, and how far from it rounding may lead; layouts make no difference.</summary>
/// <remarks>
/// Let u be half of epsilon. A sum of K products, added in any order, is off by at most K u Σ|a||b| (Higham 2002,
/// "Accuracy and Stability of Numerical Algorithms", section 3.1, to first order in u), and alpha, beta and the last sum
/// round three times more. Both sides may be off by that much, which gives 2 (K + 3) u = (K + 3) epsilon.
/// </remarks>
public sealed class Expected<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] values;
    private readonly double[] tolerances;
    private readonly int columns;

    public Expected(GemmCase c)
    {
        c = c with { LayoutA = Layout.RowMajor, LayoutB = Layout.RowMajor, LayoutC = Layout.RowMajor };
        Operands<T> operands = new(c);
        columns = c.Columns;
        double epsilon = double.CreateChecked(T.BitIncrement(T.One) - T.One);
        tolerances = new double[c.Rows * c.Columns];
        for (int i = 0; i < c.Rows; i++)
        {
            for (int j = 0; j < c.Columns; j++)
            {
                T sum = T.Zero;
                for (int k = 0; k < c.Inner; k++)
                    sum += T.Abs(operands.A.View[i, k] * operands.B.View[k, j]);
                double magnitude = Math.Abs(c.Alpha) * double.CreateChecked(sum) + Math.Abs(c.Beta * double.CreateChecked(operands.C.View[i, j]));
                tolerances[i * columns + j] = (c.Inner + 3) * epsilon * magnitude;
            }
        }

        operands.Multiply(new ReferenceGemm<T>());
        values = operands.C.Memory;
    }

    public (T Value, double Tolerance) this[int i, int j] => (values[i * columns + j], tolerances[i * columns + j]);
}
