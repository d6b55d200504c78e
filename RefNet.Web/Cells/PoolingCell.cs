using RefNet.Geometry;
using RefNet.Layers;

namespace RefNet.Web.Cells;

/// <summary>The maximum, the mean or the weighted sum of the elements of a window. LECTURES L6, L7, L8.</summary>
internal static class PoolingCell
{
    public static CellSum Explain(Cell cell, MaxPooling2D<float> layer)
    {
        CellGroup window = WindowOf(cell, layer.Geometry);
        int winner = 0;
        for (int i = 1; i < window.Inputs.Length; i++)
            winner = window.Inputs[i] > window.Inputs[winner] || float.IsNaN(window.Inputs[i]) ? i : winner;
        float largest = window.Inputs[winner];
        (int row, int column) = (window.Rows[winner / window.Columns.Length], window.Columns[winner % window.Columns.Length]);
        return new CellSum($"y_{cell.Map}({cell.Row},{cell.Column}) = the largest x_{cell.Map}(u,v) in the window", [window with { Winner = winner, Sum = largest }],
            [$"= max({string.Join(", ", window.Inputs.Take(25).Select(x => Numbers.Of(x)))}{(window.Inputs.Length > 25 ? ", …" : "")})", $"= {Numbers.Of(largest)}, at row {row}, column {column}"], largest);
    }

    public static CellSum Explain(Cell cell, AveragePooling2D<float> layer)
    {
        CellGroup window = WindowOf(cell, layer.Geometry);
        int count = PoolingGeometry.Count(layer.Geometry.Rows, cell.Row, Cell.RowsOf(cell.X), layer.CountsPadding)
            * PoolingGeometry.Count(layer.Geometry.Columns, cell.Column, Cell.ColumnsOf(cell.X), layer.CountsPadding);
        return Mean(cell, window, count, "in the window");
    }

    public static CellSum ExplainGlobal(Cell cell)
    {
        CellGroup map = cell.Group(cell.Map, [.. Enumerable.Range(0, Cell.RowsOf(cell.X))], [.. Enumerable.Range(0, Cell.ColumnsOf(cell.X))], weights: null);
        return Mean(cell, map, map.Inputs.Length, "of the map");
    }

    public static CellSum Explain(Cell cell, Subsampling2D<float> layer)
    {
        CellGroup window = WindowOf(cell, layer.Geometry);
        (float w, float b) = (layer.Parameters[0].Value[cell.Map], layer.Parameters[1].Value[cell.Map]);
        double total = w * window.Sum + b;
        return new CellSum($"y_{cell.Map}({cell.Row},{cell.Column}) = w_{cell.Map} s + b_{cell.Map}, with s the sum of x_{cell.Map} in the window", [window],
            [$"s = {Numbers.Sum([.. window.Inputs.Select(x => (double)x)])} = {Numbers.Of(window.Sum)}", $"= {Numbers.Of(w)} · {Numbers.Term(window.Sum)} + {Numbers.Term(b)}", $"= {Numbers.Of(total)}"], total)
        { Bias = b };
    }

    private static CellSum Mean(Cell cell, CellGroup window, int count, string where)
    {
        double total = window.Sum / count;
        return new CellSum($"y_{cell.Map}{(cell.Y.Shape.Rank == 4 ? $"({cell.Row},{cell.Column})" : "")} = (1/{count}) Σ_uv x_{cell.Map}(u,v), over the elements {where}", [window],
            [$"= ({Numbers.Sum([.. window.Inputs.Select(x => (double)x)])}) / {count}", $"= {Numbers.Of(window.Sum)} / {count} = {Numbers.Of(total)}"], total);
    }

    private static CellGroup WindowOf(Cell cell, PoolingGeometry geometry)
    {
        (int top, int bottom) = PoolingGeometry.Cover(geometry.Rows, cell.Row, Cell.RowsOf(cell.X));
        (int left, int right) = PoolingGeometry.Cover(geometry.Columns, cell.Column, Cell.ColumnsOf(cell.X));
        return cell.Group(cell.Map, [.. Enumerable.Range(top, bottom - top)], [.. Enumerable.Range(left, right - left)], weights: null);
    }
}
