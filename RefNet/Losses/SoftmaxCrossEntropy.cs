using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Losses;

/// <summary>
/// Softmax and cross-entropy in one: L = (1/M) sum_n sum_c -w_c t'_nc log p_nc, with p = softmax(y) and t' = (1 - ε) t + ε/C;
/// N x C logits -> one number in nats, 0 or more. N x C x H x W are classified pixel by pixel. Bishop 1995, "Neural Networks for
/// Pattern Recognition", section 6.9; label smoothing: Szegedy et al. 2016, section 7; LECTURES X42.
/// </summary>
/// <remarks>
/// y are logits, any finite numbers; t is 1 at the class and 0 elsewhere, or any distribution. Samples or pixels with an ignored
/// label have neither loss nor gradient. Without weights M is the number of the others. A network that predicts all classes
/// equally has loss ln C. The logarithm is never taken of a rounded p: logits of 1000 give finite losses (X42).
/// </remarks>
public sealed class SoftmaxCrossEntropy<T> : ClassificationLoss<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int? classes;
    private readonly TargetWeights<T> weights;

    // Saved by Forward for Backward
    private Tensor<T>? dY;

    /// <summary>Creates the loss.</summary>
    /// <param name="labelSmoothing">ε, from 0 to below 1: the share of each target distributed over all classes.</param>
    /// <param name="classWeights">w, a number above 0 for each class, such as the inverse of its frequency; null for 1. M is then
    /// the sum of w_c t_c.</param>
    public SoftmaxCrossEntropy(double labelSmoothing = 0, IReadOnlyList<double>? classWeights = null)
    {
        if (!(labelSmoothing >= 0 && labelSmoothing < 1))
            throw new ArgumentOutOfRangeException(nameof(labelSmoothing), labelSmoothing, "The label smoothing must be from 0 to below 1.");
        if (classWeights is not null && classWeights.Any(weight => !(weight > 0 && double.IsFinite(weight))))
            throw new ArgumentException("Each class weight must be a finite number above 0.", nameof(classWeights));
        classes = classWeights?.Count;
        weights = new TargetWeights<T>(T.CreateChecked(labelSmoothing), classWeights?.Select(T.CreateChecked).ToArray());
    }

    /// <inheritdoc/>
    protected override bool TakesIgnored => true;

    /// <summary>M.</summary>
    public override T TotalWeight(Targets<T> target) => weights.Total(target.Values);

    /// <inheritdoc/>
    public override T Forward(Tensor<T> y, Tensor<T> target)
    {
        CheckShapes(y, target);
        if (y.Shape.Rank is not (2 or 4))
            throw new ShapeException(Name, "outputs of shape samples x classes, or samples x classes x rows x columns", y.Shape);
        if (classes is { } expected && y.Shape[1] != expected)
            throw new ShapeException(Name, $"outputs of {expected} classes, as many as there are class weights", y.Shape);
        CheckDistributions(target);
        T total = weights.Total(target);
        return Backend.SoftmaxCrossEntropy(y, weights.Of(target), total == T.Zero ? T.One : total, dY = OutputGradientFor(y)); // (1), and (3) at once
    }

    // One sample, with t_c for w_c t'_c; Z = sum_k exp(y_k), so log p_c = y_c - log Z:
    // (1) L = -sum_c t_c log p_c = sum_c t_c (log Z - y_c)
    // (2) d(log Z)/dy_c = exp(y_c)/Z = p_c
    // (3) dL/dy_c = p_c sum_k t_k - t_c, divided by M for the mean; the sum is 1 where w is

    /// <inheritdoc/>
    public override Tensor<T> Backward() => OutputGradientFor(dY); // (3)

    /// <inheritdoc/>
    public override bool TryGetProbabilities(ReadOnlySpan<T> y, Span<T> probabilities)
    {
        LogSumExp.Compute(y, T.NegativeInfinity, probabilities);
        return true;
    }
}
