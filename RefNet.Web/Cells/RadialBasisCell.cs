using RefNet.Layers;

namespace RefNet.Web.Cells;

/// <summary>y_i = sum_j (x_j - w_ij)². LECTURES L20.</summary>
internal static class RadialBasisCell
{
    public static CellSum Explain(Cell cell, EuclideanRadialBasis<float> layer)
    {
        float[] centre = layer.Centres.Sample(cell.Map).ToArray(), x = cell.X.Values.ToArray();
        double[] squares = [.. x.Select((value, j) => Math.Pow((double)value - centre[j], 2))];
        double total = squares.Sum();
        CellGroup all = cell.Vector(centre) with { Name = "all inputs, with the centre in place of weights", Sum = total };
        return new CellSum($"y_{cell.Map} = Σ_j (x_j − w_{cell.Map},j)², over {x.Length} inputs j", [all], [$"= {Numbers.Sum(squares)}", $"= {Numbers.Of(total)}"], total);
    }
}
