using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>What a Forward and a Backward of a layer gave, and the first thing that each changed although it must not.</summary>
/// <param name="Y">The output.</param>
/// <param name="DX">The gradient of the input; null where nobody wanted it.</param>
/// <param name="Gradients">What Backward added to the gradients of the parameters, which were 0 before it.</param>
/// <param name="Buffers">The buffers after it.</param>
/// <param name="ChangedByForward">Such as "x at [3]: 1 became 0.5"; null where all is well.</param>
/// <param name="ChangedByBackward">The same for Backward.</param>
internal sealed record LayerPass(
    Tensor<double> Y, Tensor<double>? DX, Tensor<double>[] Gradients, Tensor<double>[] Buffers, string? ChangedByForward, string? ChangedByBackward);
