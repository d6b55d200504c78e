namespace RefNet.Layers;

/// <summary>What a forward pass is for; batch normalisation and dropout differ between the two.</summary>
public enum Mode
{
    /// <summary>A training step: batch statistics, random masks, and Backward may follow.</summary>
    Train,

    /// <summary>Prediction: running statistics, no randomness, no change of state.</summary>
    Evaluate,
}
