namespace RefNet.Optimizers;

/// <summary>
/// How momentum is written. Where the learning rate stands still all take one path, the third with η / (1 - μ) for η; where
/// it changes, they part (LECTURES X28).
/// </summary>
public enum MomentumForm
{
    /// <summary>v ← μ v + g, θ ← θ - η v: the rate of today scales the whole velocity. S0, S3 and PyTorch.</summary>
    Gradients,

    /// <summary>v ← μ v - η g, θ ← θ + v: each gradient keeps the rate of its step. S1 and Caffe.</summary>
    Steps,

    /// <summary>v ← μ v - (1 - μ) η g, θ ← θ + v: a running mean of steps, as long as those without momentum. S2.</summary>
    MeanSteps,
}
