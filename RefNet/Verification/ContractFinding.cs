namespace RefNet.Verification;

/// <summary>A promise that a layer or a loss does not keep; <see cref="Layers.Layer{T}"/> says what it promises.</summary>
/// <param name="Place">The path of the layer, or its name where it was checked alone.</param>
/// <param name="Text">What is the matter, with the tensor and the place in it.</param>
/// <param name="HidesGradients">Whether gradients cannot be compared because of it.</param>
public sealed record ContractFinding(string Place, string Text, bool HidesGradients = false)
{
    /// <summary>A line.</summary>
    public override string ToString() => $"{Place} WRONG: {Text.TrimEnd('.')}.";
}
