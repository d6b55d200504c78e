using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Verification;

/// <summary>Batches for checks.</summary>
internal static class CheckInputs
{
    /// <summary>Standard normal values.</summary>
    public static Tensor<double> Normal(Shape shape, int seed)
    {
        Tensor<double> x = new(shape);
        Random random = Seeds.Create(seed, 1);
        foreach (ref double value in x.Span)
            value = MathNet.Numerics.Distributions.Normal.Sample(random, 0, 1);
        return x;
    }

    /// <summary>A different batch of the same shape and distribution.</summary>
    public static Tensor<double> Other(Tensor<double> x)
    {
        Tensor<double> other = x.Clone();
        other.Span.Reverse();
        TensorPrimitives.Multiply(other.Values, 0.5, other.Span);
        return other;
    }

    /// <summary>A batch of twice as many samples.</summary>
    public static Tensor<double> Twice(Tensor<double> x) => new(x.Shape.Sample.Batch(2 * x.Shape[0]), [.. x.Values, .. x.Values]);

    /// <summary>One sample of a batch, as a batch.</summary>
    public static Tensor<double> Sample(Tensor<double> x, int n) => new(x.Shape.Sample.Batch(1), x.Sample(n));
}
