using System.Numerics;
using RefNet.Backends.Simd;
using RefNet.Tensors;

namespace RefNet.Data.Preparation;

/// <summary>
/// What happens to the D numbers of every image before a network sees them, learnt on the training images alone: y = x - μ, then s ⊙ y, or
/// M y. LECTURES T6.
/// </summary>
public sealed class InputPreparation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes a preparation from its numbers.</summary>
    /// <param name="mean">μ, D numbers.</param>
    /// <param name="scale">s, D numbers; null where nothing is scaled.</param>
    /// <param name="matrix">M, D x D; null where numbers are not mixed.</param>
    /// <exception cref="ArgumentException">Their numbers do not fit, or there are both s and M.</exception>
    public InputPreparation(Tensor<T> mean, Tensor<T>? scale, Tensor<T>? matrix)
    {
        if ((scale is not null && (matrix is not null || scale.Count != mean.Count)) || (matrix is not null && !matrix.Shape.Equals(new Shape(mean.Count, mean.Count))))
            throw new ArgumentException($"{mean.Count} means go with as many scales, or with a matrix {mean.Count}x{mean.Count}.", nameof(scale));
        (Mean, Scale, Matrix) = (mean, scale, matrix);
    }

    /// <summary>μ.</summary>
    public Tensor<T> Mean { get; }

    /// <summary>s, or null.</summary>
    public Tensor<T>? Scale { get; }

    /// <summary>M, or null.</summary>
    public Tensor<T>? Matrix { get; }

    /// <summary>Prepares one image where it stands.</summary>
    /// <param name="x">D numbers.</param>
    public void Apply(Span<T> x)
    {
        TensorPrimitives.Subtract(x, Mean.Values, x);
        if (Scale is not null)
            TensorPrimitives.Multiply(x, Scale.Values, x);
        if (Matrix is null)
            return;

        using Scratch<T> centred = new(x.Length);
        x.CopyTo(centred.Span);
        for (int i = 0; i < x.Length; i++)
            x[i] = TensorPrimitives.Dot(Matrix.Sample(i), centred.Span);
    }
}
