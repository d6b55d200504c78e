namespace RefNet.Optimizers;

/// <summary>
/// The form of momentum. With a constant learning rate all take the same path, the third with η / (1 - μ) for η; when
/// the rate changes, they differ (LECTURES X28).
/// </summary>
public enum MomentumForm
{
    /// <summary>v ← μ v + g, θ ← θ - η v: the current rate scales the whole velocity. S0, S3 and PyTorch.</summary>
    Gradients,

    /// <summary>v ← μ v - η g, θ ← θ + v: each gradient keeps the rate of its step. S1 and Caffe.</summary>
    Steps,

    /// <summary>v ← μ v - (1 - μ) η g, θ ← θ + v: a running mean of steps, of the same length as without momentum. S2.</summary>
    MeanSteps,
}
