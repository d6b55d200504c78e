namespace RefNet.Verification;

/// <summary>A promise that a layer or a loss breaks; <see cref="Layers.Layer{T}"/> states the contract.</summary>
/// <param name="Place">The path of the layer, or its name where it was checked alone.</param>
/// <param name="Text">The problem, with the tensor and the index.</param>
/// <param name="HidesGradients">Whether it prevents the comparison of gradients.</param>
public sealed record ContractFinding(string Place, string Text, bool HidesGradients = false)
{
    /// <summary>The finding in one line.</summary>
    public override string ToString() => $"{Place} WRONG: {Text.TrimEnd('.')}.";
}
