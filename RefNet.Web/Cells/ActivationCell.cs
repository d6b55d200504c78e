using RefNet.Layers;

namespace RefNet.Web.Cells;

/// <summary>y = f(x), a function of one number. LECTURES L9.</summary>
internal static class ActivationCell
{
    public static CellSum Explain(Cell cell, Activation<float> layer)
    {
        CellGroup one = cell.Same();
        float x = one.Inputs[0], y = layer.Value(x);
        string name = layer is ReLU<float> ? "max" : layer.GetType().Name.Split('`')[0].ToLowerInvariant();
        string call = layer is ReLU<float> ? $"max(0, {Numbers.Of(x)})" : $"{name}({Numbers.Of(x)})";
        return new CellSum(layer is ReLU<float> ? "y = max(0, x)" : $"y = {name}(x)", [one], [$"= {call}", $"= {Numbers.Of(y)}, where the derivative dy/dx is {Numbers.Of(layer.Slope(x, y))}"], y);
    }
}
