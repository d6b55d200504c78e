namespace RefNet.Web.Cells;

/// <summary>y_c = exp(x_c) / sum_k exp(x_k), at each pixel. LECTURES L9.</summary>
internal static class SoftmaxCell
{
    public static CellSum Explain(Cell cell)
    {
        float[] x = [.. Enumerable.Range(0, cell.X.Shape[1]).Select(c => Cell.At(cell.X, c, cell.Row, cell.Column))];
        double largest = x.Max();
        double[] powers = [.. x.Select(value => Math.Exp(value - largest))];
        double total = powers[cell.Map] / powers.Sum();
        CellGroup[] groups = [.. x.Select((_, c) => cell.Group(c, [cell.Row], [cell.Column], weights: null) with { Sum = powers[c] })];
        return new CellSum($"y_{cell.Map} = exp(x_{cell.Map} − m) / Σ_k exp(x_k − m), with m = {Numbers.Of(largest)}, the largest x_k", groups,
            [$"= {Numbers.Of(powers[cell.Map])} / ({Numbers.Sum(powers)})", $"= {Numbers.Of(total)}"], total);
    }
}
