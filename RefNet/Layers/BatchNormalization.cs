using System.Numerics;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Batch normalisation: y = γ x̂ + β with x̂ = (x - μ) / √(σ² + ε), for each channel; samples of shape C or of C x H x W ->
/// the same. Ioffe and Szegedy 2015, algorithms 1 and 2; LECTURES L11, X4, X23, X24.
/// </summary>
/// <remarks>
/// In Train μ and σ² are the mean and the variance of the m values of a channel in the batch (m = N, or N H W for maps), and
/// running averages of them are kept; in Evaluate these averages stand in for them. γ starts at 1, β at 0.
/// </remarks>
public sealed class BatchNormalization<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int channels;
    private readonly T epsilon;
    private readonly T momentum;
    private readonly bool unbiased;
    private readonly Parameter<T> gamma;
    private readonly Parameter<T> beta;
    private readonly Buffer<T> runningMean;
    private readonly Buffer<T> runningVariance;

    // Saved by Forward for Backward
    private Mode mode;
    private Tensor<T>? x;
    private readonly Tensor<T> mu;    // μ of each channel
    private readonly Tensor<T> sigma; // √(σ² + ε) of each channel

    /// <summary>Makes the layer.</summary>
    /// <param name="channels">C, 1 or more.</param>
    /// <param name="epsilon">ε, above 0, in the unit of the variance.</param>
    /// <param name="momentum">The share of a new batch in the running averages, above 0 and at most 1.</param>
    /// <param name="unbiased">Whether the running variance takes that of a batch times m / (m - 1), as the paper and PyTorch
    /// do; without it, as Caffe and Keras do (X24).</param>
    public BatchNormalization(int channels, double epsilon = 1e-5, double momentum = 0.1, bool unbiased = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if (!(epsilon > 0 && double.IsFinite(epsilon)))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "ε must be a finite number above 0: it stands in the denominator when a variance is 0.");
        if (momentum is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "The share of a new batch must be above 0 and at most 1.");

        this.channels = channels;
        this.epsilon = T.CreateChecked(epsilon);
        this.momentum = T.CreateChecked(momentum);
        this.unbiased = unbiased;
        gamma = new Parameter<T>("gamma", new Shape(channels), isWeight: false);
        beta = new Parameter<T>("beta", new Shape(channels), isWeight: false);
        runningMean = new Buffer<T>("runningMean", new Shape(channels));
        runningVariance = new Buffer<T>("runningVariance", new Shape(channels));
        mu = new Tensor<T>(new Shape(channels));
        sigma = new Tensor<T>(new Shape(channels));
        Parameters = [gamma, beta];
        Buffers = [runningMean, runningVariance];
        gamma.Value.Span.Fill(T.One);
        runningVariance.Value.Span.Fill(T.One);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Buffer<T>> Buffers { get; }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank is 1 or 3 && input[0] == channels ? input : throw Unfit($"samples of shape {channels} or {channels} x rows x columns", input);

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Tensor<T> y = OutputFor(x);
        int m = x.Count / channels;
        if (mode == Mode.Train && m == 1)
            throw Unfit("two values or more for each channel in a training step, since one has no variance (take a larger batch)", x.Shape);
        this.x = x;
        this.mode = mode;

        ParallelLoop.For(channels, (layer: this, x, y), static (c, of) => of.layer.Forward(c, of.x, of.y));
        return y;
    }

    // One channel.
    private void Forward(int c, Tensor<T> x, Tensor<T> y)
    {
        T m = T.CreateChecked(x.Count / channels);
        bool isTraining = mode == Mode.Train;
        mu[c] = isTraining ? Channel.Sum(x, c) / m : runningMean.Value[c];
        T sigma2 = isTraining ? Channel.SumOfSquares(x, c, mu[c]) / m : runningVariance.Value[c]; // mean of (x - μ)²
        sigma[c] = T.Sqrt(sigma2 + epsilon);
        Channel.Line(x, c, mu[c], gamma.Value[c] / sigma[c], beta.Value[c], y);                   // y = (γ/σ) (x - μ) + β
        if (isTraining)
            Average(c, mu[c], unbiased ? sigma2 * m / (m - T.One) : sigma2);
    }

    // One channel; sums and means run over its m values, σ includes ε, and μ and σ² depend on every x:
    // (1) dβ = Σ dy   (2) dγ = Σ dy x̂   (3) dx̂ = γ dy
    // (4) dσ² = Σ dx̂ (x - μ) (-1/2) σ⁻³ = -Σ dx̂ x̂ / (2 σ²)
    // (5) dμ = -Σ dx̂ / σ + dσ² Σ -2 (x - μ) / m, where the second term is exactly 0 since Σ (x - μ) = 0. S1 leaves it out
    //     and prints dσ for dμ (X4).
    // (6) dx = dx̂ / σ + dσ² 2 (x - μ) / m + dμ / m
    //        = (dx̂ - mean(dx̂) - x̂ mean(dx̂ x̂)) / σ = (γ / σ) (dy - dβ / m - x̂ dγ / m)
    // In Evaluate μ and σ are constants: (4) and (5) are 0, and
    // (7) dx = (γ / σ) dy

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = InputGradientFor(dY);

        ParallelLoop.For(channels, (layer: this, dY, dX), static (c, of) => of.layer.Backward(c, of.dY, of.dX));
        return dX;
    }

    private void Backward(int c, Tensor<T> dY, Tensor<T> dX)
    {
        T m = T.CreateChecked(dY.Count / channels);
        (T dBeta, T product) = Channel.Sums(dY, x!, c, mu[c]); // (1), and Σ dy (x - μ)
        T dGamma = product / sigma[c];                         // (2)
        beta.Gradient[c] += dBeta;
        gamma.Gradient[c] += dGamma;

        T scale = gamma.Value[c] / sigma[c];
        if (mode == Mode.Train)
            Channel.Combine(dY, x!, c, mu[c], scale, -scale * dGamma / (m * sigma[c]), -scale * dBeta / m, dX); // (6)
        else
            Channel.Line(dY, c, T.Zero, scale, T.Zero, dX);                                                     // (7)
    }

    private void Average(int channel, T mean, T variance)
    {
        runningMean.Value[channel] += momentum * (mean - runningMean.Value[channel]);
        runningVariance.Value[channel] += momentum * (variance - runningVariance.Value[channel]);
    }
}
