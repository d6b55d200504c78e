using System.Numerics;
using RefNet.Backends.Simd;
using RefNet.Tensors;

namespace RefNet.Data.Preparation;

/// <summary>
/// The preprocessing of the D values of every image, with constants computed only from the training images: y = x - μ, then s ⊙ y, or
/// M y. LECTURES T6.
/// </summary>
public sealed class InputPreparation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a preparation from its constants.</summary>
    /// <param name="mean">μ, D numbers.</param>
    /// <param name="scale">s, D numbers; null for no scaling.</param>
    /// <param name="matrix">M, D x D; null for no mixing.</param>
    /// <exception cref="ArgumentException">The sizes do not match, or both s and M are given.</exception>
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

    /// <summary>Prepares one image in place.</summary>
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
