using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Web.Cells;

/// <summary>y_i = cos p_i and y_(m+i) = sin p_i, with p_i = 2π sum_d B_id x_d. LECTURES L21.</summary>
internal static class FourierCell
{
    public static CellSum Explain(Cell cell, FourierFeatures<float> layer)
    {
        Tensor<float> b = layer.Buffers[0].Value;
        int i = cell.Map % b.Shape[0];
        string name = cell.Map == i ? "cos" : "sin";
        CellGroup all = cell.Vector(b.Sample(i));
        double phase = Math.Tau * all.Sum, total = cell.Map == i ? Math.Cos(phase) : Math.Sin(phase);
        return new CellSum($"y_{cell.Map} = {name} p_{i}, with p_{i} = 2π Σ_d B_{i},d · x_d, over {all.Inputs.Length} inputs d", [all],
            [$"p_{i} = 2π · {Numbers.Term(all.Sum)} = {Numbers.Of(phase)}", $"= {name}({Numbers.Of(phase)})", $"= {Numbers.Of(total)}"], total);
    }
}
