using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Web.Cells;

/// <summary>An element of the output of a layer, after a pass of one sample.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Map">The map, or the unit of a vector.</param>
/// <param name="Row">The row; 0 for a vector.</param>
/// <param name="Column">The column; 0 for a vector.</param>
internal sealed record Cell(Layer<float> Layer, int Map, int Row, int Column)
{
    /// <summary>x of the layer.</summary>
    public Tensor<float> X => Layer.Input!;

    /// <summary>y of the layer.</summary>
    public Tensor<float> Y => Layer.Output!;

    /// <summary>y at this cell.</summary>
    public float Value => At(Y, Map, Row, Column);

    /// <summary>The index of the cell in one sample, in row-major order.</summary>
    public int Flat => FlatOf(Y, Map, Row, Column);

    /// <summary>Whether it is inside the output.</summary>
    public bool Exists => Map >= 0 && Map < Y.Shape[1] && Row >= 0 && Row < RowsOf(Y) && Column >= 0 && Column < ColumnsOf(Y);

    /// <summary>An element of a tensor of one sample.</summary>
    public static float At(Tensor<float> tensor, int map, int row, int column) => tensor.Values[FlatOf(tensor, map, row, column)];

    /// <summary>The rows of its maps; 1 for a vector.</summary>
    public static int RowsOf(Tensor<float> tensor) => tensor.Shape.Rank == 4 ? tensor.Shape[2] : 1;

    /// <summary>The columns of its maps; 1 for a vector.</summary>
    public static int ColumnsOf(Tensor<float> tensor) => tensor.Shape.Rank == 4 ? tensor.Shape[3] : 1;

    /// <summary>Reads a plane of x at the given rows and columns; 0 outside it.</summary>
    public float[] Read(int channel, int[] rows, int[] columns)
    {
        (int height, int width) = (RowsOf(X), ColumnsOf(X));
        return [.. from row in rows from column in columns select row >= 0 && row < height && column >= 0 && column < width ? At(X, channel, row, column) : 0];
    }

    /// <summary>A group of one plane of x.</summary>
    public CellGroup Group(int channel, int[] rows, int[] columns, float[]? weights, string? name = null)
    {
        float[] inputs = Read(channel, rows, columns);
        double sum = inputs.Select((x, i) => (double)x * (weights?[i] ?? 1)).Sum();
        return new CellGroup(name ?? (X.Shape.Rank == 4 ? $"input map {channel}" : $"input {channel}"), Source: null, channel, rows, columns, inputs, weights, sum);
    }

    /// <summary>A group of all elements of a vector x, each with its weight.</summary>
    public CellGroup Vector(ReadOnlySpan<float> weights)
    {
        float[] inputs = X.Values.ToArray(), w = weights.ToArray();
        return new CellGroup("all inputs", Source: null, 0, [0], [.. Enumerable.Range(0, inputs.Length)], inputs, w, inputs.Select((x, i) => (double)x * w[i]).Sum());
    }

    /// <summary>A group of the single element of x at the position of this cell.</summary>
    public CellGroup Same() => Group(Map, [Row], [Column], weights: null, X.Shape.Rank == 4 ? $"input map {Map}" : $"input {Map}");

    private static int FlatOf(Tensor<float> tensor, int map, int row, int column) => (map * RowsOf(tensor) + row) * ColumnsOf(tensor) + column;
}
