using RefNet.Layers;

namespace RefNet.Web.Cells;

/// <summary>y_c = b_c + sum_d W_cd x_d. LECTURES L2.</summary>
internal static class DenseCell
{
    public static CellSum Explain(Cell cell, Dense<float> layer)
    {
        CellGroup all = cell.Vector(layer.Parameters[0].Value.Sample(cell.Map));
        float? bias = layer.Parameters.Count > 1 ? layer.Parameters[1].Value[cell.Map] : null;
        double total = (bias ?? 0) + all.Sum;
        return new CellSum(
            $"y_{cell.Map} = {(bias is null ? "" : $"b_{cell.Map} + ")}Σ_d W_{cell.Map},d · x_d, over {all.Inputs.Length} inputs d",
            [all],
            [$"= {(bias is { } b ? $"{Numbers.Of(b)} + " : "")}{Numbers.Term(all.Sum)}", $"= {Numbers.Of(total)}"],
            total)
        { Bias = bias };
    }
}
