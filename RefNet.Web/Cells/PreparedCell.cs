using RefNet.Data.Preparation;
using RefNet.Tensors;

namespace RefNet.Web.Cells;

/// <summary>y = x - μ, s (x - μ), or y_i = sum_j M_ij (x_j - μ_j) over all values of the image. LECTURES T6.</summary>
internal static class PreparedCell
{
    public static CellSum Explain(Cell cell, PreparedInput<float> layer)
    {
        InputPreparation<float> preparation = layer.Preparation;
        return preparation.Matrix is { } m ? Mixed(cell, preparation.Mean, m) : Alone(cell, preparation.Mean[cell.Flat], preparation.Scale?[cell.Flat]);
    }

    private static CellSum Alone(Cell cell, float mu, float? scale)
    {
        CellGroup one = cell.Group(cell.Map, [cell.Row], [cell.Column], [scale ?? 1]);
        double total = ((double)one.Inputs[0] - mu) * (scale ?? 1);
        string difference = $"{Numbers.Of(one.Inputs[0])} − {Numbers.Term(mu)}";
        return new CellSum($"y = {(scale is null ? "x − μ" : "s (x − μ)")}, with constants from the training images", [one],
            [scale is { } s ? $"= {Numbers.Of(s)} · ({difference})" : $"= {difference}", $"= {Numbers.Of(total)}"], total);
    }

    // The term of μ does not depend on the image: with its minus sign, it acts as a bias.
    private static CellSum Mixed(Cell cell, Tensor<float> mean, Tensor<float> m)
    {
        float[] row = m.Sample(cell.Flat).ToArray();
        (int rows, int columns) = (Cell.RowsOf(cell.X), Cell.ColumnsOf(cell.X));
        CellGroup[] planes = [.. Enumerable.Range(0, cell.X.Shape[1]).Select(channel =>
            cell.Group(channel, [.. Enumerable.Range(0, rows)], [.. Enumerable.Range(0, columns)], row[(channel * rows * columns)..((channel + 1) * rows * columns)]))];
        double ofMean = -row.Zip(mean.Values.ToArray(), (weight, mu) => (double)weight * mu).Sum(), total = ofMean + planes.Sum(plane => plane.Sum);
        return new CellSum($"y_{cell.Flat} = Σ_j M_{cell.Flat},j · (x_j − μ_j), over all {row.Length} numbers j of the image", planes,
            [$"= {Numbers.Sum([.. planes.Select(plane => plane.Sum), ofMean])}, where the last is −Σ M μ", $"= {Numbers.Of(total)}"], total);
    }
}
