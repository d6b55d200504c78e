using RefNet.Layers;

namespace RefNet.Web.Cells;

/// <summary>y_c = x_c / (k + a s_c)^β, with s_c the sum of x_m² over the channels m around c. LECTURES L10.</summary>
internal static class ResponseCell
{
    public static CellSum Explain(Cell cell, LocalResponseNormalization<float> layer)
    {
        int first = Math.Max(cell.Map - layer.Before, 0), last = Math.Min(cell.Map + layer.After, cell.X.Shape[1] - 1);
        CellGroup[] squares = [.. Enumerable.Range(first, last - first + 1).Select(m => cell.Group(m, [cell.Row], [cell.Column], cell.Read(m, [cell.Row], [cell.Column])))];
        double x = squares[cell.Map - first].Inputs[0], s = squares.Sum(square => square.Sum), divisor = Math.Pow(layer.Offset + layer.Factor * s, layer.Exponent), total = x / divisor;
        return new CellSum($"y_{cell.Map} = x_{cell.Map} / (k + a s)^β, with s the sum of x_m² at the same position, over the channels m = {first} to {last}", squares,
            [
                $"s = {Numbers.Sum([.. squares.Select(square => square.Sum)])} = {Numbers.Of(s)}",
                $"(k + a s)^β = ({Numbers.Of(layer.Offset)} + {Numbers.Of(layer.Factor)} · {Numbers.Of(s)})^{Numbers.Of(layer.Exponent)} = {Numbers.Of(divisor)}",
                $"= {Numbers.Of(x)} / {Numbers.Of(divisor)}",
                $"= {Numbers.Of(total)}",
            ], total);
    }
}
