namespace RefNet.Training.Diagnosis;

/// <summary>The measurements of a layer that has weights, or whose units can die or saturate. Null means that a measurement does not apply.</summary>
/// <param name="Path">Its path in the network.</param>
public sealed record LayerDiagnosis(string Path)
{
    /// <summary>Root mean square of the initial weights.</summary>
    public double? Weights { get; init; }

    /// <summary>The norm of the gradient of the loss with respect to the weights, before training; null where the layer is frozen.</summary>
    public double? Gradient { get; init; }

    /// <summary>|Δθ| / |θ| of the weights θ, the mean over the steps of the short training; null where the layer is frozen, or its weights stay 0.</summary>
    public double? Update { get; init; }

    /// <summary>The same, of the largest step.</summary>
    public double? LargestUpdate { get; init; }

    /// <summary>The share of a ReLU's units that are 0 for every sample, before training. A unit of a convolution is a whole map.</summary>
    public double? DeadBefore { get; init; }

    /// <summary>The same after the short training; NaN where that diverged.</summary>
    public double? DeadAfter { get; init; }

    /// <summary>The share of the outputs of a tanh or sigmoid within 1 % of a limit, before training: |y| above 0.99 A for a tanh of amplitude A, y below 0.01 or above 0.99 for a sigmoid.</summary>
    public double? SaturatedBefore { get; init; }

    /// <summary>The same after the short training; NaN where that diverged.</summary>
    public double? SaturatedAfter { get; init; }
}
