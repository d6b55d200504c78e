using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Web.Cells;

/// <summary>
/// y_f(i,j) = b_f + sum_c sum_uv W_fc(u,v) x_c(S i - P + D u', S j - P + D v'), with u' = K - 1 - u where the kernel is flipped: the loops of
/// ReferenceConvolution for one cell. LECTURES L3, L5, L17.
/// </summary>
internal static class ConvolutionCell
{
    /// <summary>The sum over all input maps of the group of the cell's map.</summary>
    public static CellSum Explain(Cell cell, Convolution2D<float> layer)
    {
        Tensor<float> w = layer.Parameters[0].Value;
        int first = cell.Map / (w.Shape[0] / layer.Groups) * w.Shape[1];
        float? bias = layer.Parameters.Count > 1 ? layer.Parameters[1].Value[cell.Map] : null;
        return Explain(cell, layer.Geometry, [.. Enumerable.Range(0, w.Shape[1]).Select(c => (first + c, w.Plane(cell.Map, c).ToArray()))], bias);
    }

    /// <summary>The sum over the input maps in the connection table.</summary>
    public static CellSum Explain(Cell cell, ConnectionTableConvolution2D<float> layer)
    {
        Tensor<float> w = layer.Parameters[0].Value;
        int first = layer.InputsOf.Take(cell.Map).Sum(inputs => inputs.Count);
        return Explain(cell, layer.Geometry, [.. layer.InputsOf[cell.Map].Select((channel, c) => (channel, w.Sample(first + c).ToArray()))], layer.Parameters[1].Value[cell.Map]);
    }

    private static CellSum Explain(Cell cell, ConvolutionGeometry geometry, (int Channel, float[] Kernel)[] kernels, float? bias)
    {
        int[] rows = [.. Enumerable.Range(0, geometry.Rows.Size).Select(u => geometry.Rows.Stride * cell.Row + geometry.FirstRow(u))];
        int[] columns = [.. Enumerable.Range(0, geometry.Columns.Size).Select(v => geometry.Columns.Stride * cell.Column + geometry.FirstColumn(v))];
        CellGroup[] groups = [.. kernels.Select(kernel => cell.Group(kernel.Channel, rows, columns, kernel.Kernel))];
        double total = (bias ?? 0) + groups.Sum(group => group.Sum);
        string maps = string.Join(", ", groups.Take(8).Select(group => group.Channel)) + (groups.Length > 8 ? ", …" : "");
        return new CellSum(
            $"y_{cell.Map}({cell.Row},{cell.Column}) = {(bias is null ? "" : $"b_{cell.Map} + ")}Σ_c Σ_uv W_{cell.Map},c(u,v) · x_c({Index(geometry.Rows, "u", cell.Row, geometry.Flip)}, {Index(geometry.Columns, "v", cell.Column, geometry.Flip)}), over the input maps c = {maps}",
            groups,
            [
                $"= {(bias is { } b ? $"{Numbers.Of(b)} + " : "")}{Numbers.Sum([.. groups.Select(group => group.Sum)])}{(bias is null ? "" : ", the bias and then a sum for each input map")}",
                $"= {Numbers.Of(total)}",
            ],
            total)
        { Bias = bias, IsFlipped = geometry.Flip };
    }

    // "4 + 2 - u": the first row of the window, and the tap applied to it.
    private static string Index(Window window, string tap, int position, bool isFlipped)
    {
        int first = window.Stride * position - window.Before;
        string reach = isFlipped ? $"{window.Size - 1} − {tap}" : tap;
        string factor = window.Dilation == 1 ? reach : $"{window.Dilation} ({reach})";
        return $"{(first < 0 ? $"−{-first}" : first)} + {factor}";
    }
}
