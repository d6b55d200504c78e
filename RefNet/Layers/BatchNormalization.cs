using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Batch normalisation: y = γ x̂ + β with x̂ = (x - μ) / √(σ² + ε), for each channel; samples of shape C or of C x H x W ->
/// the same. Ioffe and Szegedy 2015, algorithms 1 and 2; LECTURES L11, X4, X23, X24.
/// </summary>
/// <remarks>
/// In Train μ and σ² are the mean and the variance of the m values of a channel in the batch (m = N, or N H W for
/// maps), and the layer updates their running averages. In Evaluate, and where the layer is frozen, it uses these
/// averages instead. γ starts at 1, β at 0.
/// Loops: ReferenceBackend.Normalization, ReferenceBackend.Numbers.
/// </remarks>
public sealed class BatchNormalization<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int channels;
    private readonly double epsilon;
    private readonly double momentum;
    private readonly bool unbiased;
    private readonly Parameter<T> gamma;
    private readonly Parameter<T> beta;
    private readonly Buffer<T> runningMean;
    private readonly Buffer<T> runningVariance;

    // Saved by Forward for Backward
    private bool usesBatch;
    private readonly Tensor<T> mu;     // μ of each channel in the batch
    private readonly Tensor<T> sigma2; // σ² of each channel in the batch

    /// <summary>Creates the layer.</summary>
    /// <param name="channels">C, 1 or more.</param>
    /// <param name="epsilon">ε, above 0, in the unit of the variance.</param>
    /// <param name="momentum">The weight of a new batch in the running averages, above 0 and at most 1.</param>
    /// <param name="unbiased">Whether the variance of a batch enters the running variance times m / (m - 1), as in
    /// the paper and PyTorch, or unchanged, as in Caffe and Keras (X24).</param>
    public BatchNormalization(int channels, double epsilon = 1e-5, double momentum = 0.1, bool unbiased = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if (!(epsilon > 0 && double.IsFinite(epsilon)))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "ε must be a finite number above 0: it stands in the denominator when a variance is 0.");
        if (momentum is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "The share of a new batch must be above 0 and at most 1.");

        (this.channels, this.epsilon, this.momentum, this.unbiased) = (channels, epsilon, momentum, unbiased);
        gamma = new Parameter<T>("gamma", new Shape(channels), isWeight: false, start: 1);
        beta = new Parameter<T>("beta", new Shape(channels), isWeight: false);
        runningMean = new Buffer<T>("runningMean", new Shape(channels));
        runningVariance = new Buffer<T>("runningVariance", new Shape(channels), start: 1);
        mu = new Tensor<T>(new Shape(channels));
        sigma2 = new Tensor<T>(new Shape(channels));
        Parameters = [gamma, beta];
        Buffers = [runningMean, runningVariance];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Buffer<T>> Buffers { get; }

    /// <summary>ε, in the unit of the variance.</summary>
    public double StabilityTerm => epsilon;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.Input;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank is 1 or 3 && input[0] == channels ? input : throw Unfit($"samples of shape {channels} or {channels} x rows x columns", input);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        usesBatch = mode == Mode.Train && !IsFrozen;
        if (!usesBatch)
        {
            Backend.Normalize(x, gamma.Value, beta.Value, Epsilon, runningMean.Value, runningVariance.Value, y);
            return;
        }

        int m = x.Count / channels;
        if (m == 1)
            throw Unfit("two values or more for each channel in a training step, since one has no variance (take a larger batch)", x.Shape);
        Backend.NormalizeBatch(x, gamma.Value, beta.Value, Epsilon, mu, sigma2, y); // μ, σ², y = γ x̂ + β
        T share = T.CreateChecked(momentum), correction = unbiased ? T.CreateChecked(m) / T.CreateChecked(m - 1) : T.One;
        Backend.Average(runningMean.Value, share, T.One, mu);
        Backend.Average(runningVariance.Value, share, correction, sigma2);
    }

    // One channel; sums and means run over its m values, s = √(σ² + ε), x̂ = (x - μ) / s, and μ and σ² depend on every x:
    // (1) dβ = Σ dy   (2) dγ = Σ dy x̂   (3) dx̂ = γ dy
    // (4) dσ² = Σ dx̂ (x - μ) (-1/2) s⁻³ = -Σ dx̂ x̂ / (2 s²)
    // (5) dμ = -Σ dx̂ / s + dσ² Σ -2 (x - μ) / m, where the second term is exactly 0 since Σ (x - μ) = 0. S1 leaves it out
    //     and prints dσ for dμ (X4).
    // (6) dx = dx̂ / s + dσ² 2 (x - μ) / m + dμ / m
    //        = (dx̂ - mean(dx̂) - x̂ mean(dx̂ x̂)) / s = (γ / s) (dy - mean(dy) - x̂ mean(dy x̂))
    // With the running averages, μ and s are constants: (4) and (5) are 0, and
    // (7) dx = (γ / s) dy

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        (Tensor<T>? dGamma, Tensor<T>? dBeta) = IsFrozen ? (null, null) : (gamma.Gradient, beta.Gradient);
        if (usesBatch)
            Backend.NormalizeBatchGradient(x, gamma.Value, Epsilon, mu, sigma2, dY, dGamma, dBeta, dX);                        // (1), (2), (6)
        else
            Backend.NormalizeGradient(x, gamma.Value, Epsilon, runningMean.Value, runningVariance.Value, dY, dGamma, dBeta, dX); // (1), (2), (7)
    }

    private T Epsilon => T.CreateChecked(epsilon);

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{channels}",
        CSharp.Option("epsilon", epsilon, 1e-5), CSharp.Option("momentum", momentum, 0.1), CSharp.Option("unbiased", unbiased, true));
}
