using RefNet.Tensors;

namespace RefNet.Web.Cells;

/// <summary>
/// Any other layer, through its own Backward: the derivatives dy/dx of this cell. For a layer that copies, adds or interpolates they are its weights, and y is the sum of their
/// products with x; for others the sum is not y, and the last line says so.
/// </summary>
internal static class SlopesCell
{
    private const double Tolerance = 1e-5;

    private const int MostPlanes = 64;

    public static CellSum Explain(Cell cell)
    {
        Tensor<float> dY = new(cell.Y.Shape);
        dY.Span[cell.Flat] = 1;
        Tensor<float> slopes = cell.Layer.Backward(dY);
        CellGroup[] groups = [.. Enumerable.Range(0, cell.X.Shape[1]).Select(channel => Plane(cell, slopes, channel)).OfType<CellGroup>()];
        // Among the other layers with parameters, only a bias is added without a factor x.
        float? bias = cell.Layer.Parameters.FirstOrDefault(parameter => parameter.Name == "bias") is { } b && b.Count == cell.Y.Shape[1] ? b.Value[cell.Map] : null;
        double total = (bias ?? 0) + groups.Sum(group => group.Sum);
        bool isSum = Math.Abs(total - cell.Value) <= Tolerance * Math.Max(1, Math.Abs(cell.Value));
        string sum = $"{(bias is { } added ? $"{Numbers.Of(added)} + " : "")}{(groups.Length == 0 ? "0" : Numbers.Sum([.. groups.Select(group => group.Sum)]))}";
        return new CellSum(
            isSum ? $"y = {(bias is null ? "" : "b + ")}Σ (dy/dx) · x, with the derivatives dy/dx from Backward" : "y is not a sum of products; these are the derivatives dy/dx from Backward. The formula is in the source below",
            [.. groups.Take(MostPlanes)],
            isSum ? [$"= {sum}", $"= {Numbers.Of(total)}"] : [$"y = {Numbers.Of(cell.Value)}"],
            isSum ? total : cell.Value)
        { Bias = bias };
    }

    // The smallest rectangle that contains all nonzero derivatives of a plane.
    private static CellGroup? Plane(Cell cell, Tensor<float> slopes, int channel)
    {
        (int[] rows, int[] columns) = (Used(Cell.RowsOf(slopes), Cell.ColumnsOf(slopes), (i, j) => Cell.At(slopes, channel, i, j)), Used(Cell.ColumnsOf(slopes), Cell.RowsOf(slopes), (j, i) => Cell.At(slopes, channel, i, j)));
        return rows.Length == 0 ? null : cell.Group(channel, rows, columns, [.. from i in rows from j in columns select Cell.At(slopes, channel, i, j)]);
    }

    private static int[] Used(int count, int across, Func<int, int, float> at)
    {
        int[] used = [.. Enumerable.Range(0, count).Where(i => Enumerable.Range(0, across).Any(j => at(i, j) != 0))];
        return used.Length == 0 ? [] : [.. Enumerable.Range(used[0], used[^1] - used[0] + 1)];
    }
}
