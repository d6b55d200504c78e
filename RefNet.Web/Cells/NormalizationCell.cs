using RefNet.Layers;

namespace RefNet.Web.Cells;

/// <summary>y = γ (x - μ) / √(σ² + ε) + β with the running mean and variance. LECTURES L11.</summary>
internal static class NormalizationCell
{
    public static CellSum Explain(Cell cell, BatchNormalization<float> layer)
    {
        CellGroup one = cell.Same();
        float gamma = layer.Parameters[0].Value[cell.Map], beta = layer.Parameters[1].Value[cell.Map];
        float mu = layer.Buffers[0].Value[cell.Map], sigma2 = layer.Buffers[1].Value[cell.Map];
        double x = one.Inputs[0], epsilon = layer.StabilityTerm, hat = (x - mu) / Math.Sqrt(sigma2 + epsilon), total = gamma * hat + beta;
        return new CellSum($"y = γ_{cell.Map} (x − μ_{cell.Map}) / √(σ²_{cell.Map} + ε) + β_{cell.Map}, with the running mean μ and variance σ² of the training images", [one],
            [
                $"x̂ = ({Numbers.Of(x)} − {Numbers.Term(mu)}) / √({Numbers.Of(sigma2)} + {Numbers.Of(epsilon)}) = {Numbers.Of(hat)}",
                $"= {Numbers.Of(gamma)} · {Numbers.Term(hat)} + {Numbers.Term(beta)}",
                $"= {Numbers.Of(total)}",
            ], total);
    }
}
