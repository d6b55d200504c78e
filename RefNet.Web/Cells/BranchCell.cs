using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Tensors;

namespace RefNet.Web.Cells;

/// <summary>Blocks that join the outputs of their branches: by addition, concatenation or multiplication. LECTURES L16, L18.</summary>
internal static class BranchCell
{
    public static CellSum Explain(Cell cell, Sum<float> block)
    {
        CellGroup[] branches = [.. block.Layers.Select(branch => Same(cell, branch))];
        double total = branches.Sum(branch => branch.Sum);
        return new CellSum($"y = {string.Join(" + ", block.Layers.Select(branch => $"{branch.Name}(x)"))}, at the same position", branches, [$"= {Numbers.Sum([.. branches.Select(branch => branch.Sum)])}", $"= {Numbers.Of(total)}"], total);
    }

    public static CellSum Explain(Cell cell, Concatenation<float> block)
    {
        int map = cell.Map, branch = 0;
        while (map >= block.Layers[branch].Output!.Shape[1])
            map -= block.Layers[branch++].Output!.Shape[1];
        Layer<float> layer = block.Layers[branch];
        CellGroup one = Group(layer, map, cell.Row, cell.Column);
        return new CellSum($"map {cell.Map} is map {map} of the branch {layer.Name}: nothing is computed", [one], [$"= {Numbers.Of(one.Sum)}"], one.Sum);
    }

    public static CellSum Explain(Cell cell, Product<float> block)
    {
        Tensor<float> gate = block.Layers[1].Output!;
        bool isPerChannel = gate.Shape.Sample.Count == gate.Shape[1];
        CellGroup f = Same(cell, block.Layers[0]), g = isPerChannel ? Group(block.Layers[1], cell.Map, 0, 0) : Same(cell, block.Layers[1]);
        double total = f.Sum * g.Sum;
        return new CellSum($"y = {block.Layers[0].Name}(x) · {block.Layers[1].Name}(x){(isPerChannel ? ", one factor for the map" : "")}", [f, g], [$"= {Numbers.Of(f.Sum)} · {Numbers.Term(g.Sum)}", $"= {Numbers.Of(total)}"], total);
    }

    private static CellGroup Same(Cell cell, Layer<float> branch) => Group(branch, cell.Map, cell.Row, cell.Column);

    private static CellGroup Group(Layer<float> branch, int map, int row, int column)
    {
        float value = Cell.At(branch.Output!, map, row, column);
        return new CellGroup($"{branch.Name}, map {map}", branch.Name, map, [row], [column], [value], Weights: null, value);
    }
}
