using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>The results of a Forward and a Backward of a layer, and the first forbidden change that each made.</summary>
/// <param name="Y">The output.</param>
/// <param name="DX">The gradient of the input; null where it was not computed.</param>
/// <param name="Gradients">The gradients that Backward added to the parameters, starting from 0.</param>
/// <param name="Buffers">The buffers after it.</param>
/// <param name="ChangedByForward">Such as "x at [3]: 1 became 0.5"; null if there is none.</param>
/// <param name="ChangedByBackward">The same for Backward.</param>
internal sealed record LayerPass(
    Tensor<double> Y, Tensor<double>? DX, Tensor<double>[] Gradients, Tensor<double>[] Buffers, string? ChangedByForward, string? ChangedByBackward);
