using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Convolution with 1x1 kernels at stride 1 without padding: the matrix of columns is the image itself, which every
/// product reads in place. Lin, Chen and Yan 2013, "Network in Network", section 3.
/// </summary>
/// <param name="groups">The number of groups of channels; each is a separate convolution.</param>
/// <param name="gemm">Computes the products.</param>
/// <param name="lanes">The number of sums it computes at once, for <see cref="CountSteps"/>.</param>
internal sealed class PointwiseConvolution<T>(int groups, IGemm<T> gemm, int lanes) : IConvolutionAlgorithm<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "pointwise";

    /// <summary>Whether the kernel covers a single position, and the output has the positions of the image.</summary>
    public static bool Suits(ConvolutionGeometry geometry) => Suits(geometry.Rows) && Suits(geometry.Columns);

    private static bool Suits(Window window) => window is { Size: 1, Stride: 1, Before: 0, After: 0 };

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        ParallelLoop.For(x.Shape[0] * groups, (self: this, x, w, y), static (i, s) => s.self.Forward(i, s.x, s.w, s.y));
        if (b is not null)
            Biases.AddToPlanes(b, y); // Y += b 1ᵀ
    }

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW) =>
        ParallelLoop.Sum(x.Shape[0], dW.Span, (self: this, x, dY, dW.Shape), static (n, sum, s) => s.self.AddWeightGradient(n, s.x, s.dY, new Matrix<T>(sum, s.Shape[0], s.Shape[1])));

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX) =>
        ParallelLoop.For(dX.Shape[0] * groups, (self: this, w, dY, dX), static (i, s) => s.self.InputGradient(i, s.w, s.dY, s.dX));

    /// <inheritdoc/>
    public ConvolutionSteps CountSteps(ConvolutionProduct product, Shape x, Shape y)
    {
        double positions = x[2] * x[3], weights = (double)x[1] / groups * y[1];
        double registers = product == ConvolutionProduct.WeightGradient ? positions / lanes : Math.Ceiling(positions / lanes);
        return new ConvolutionSteps(weights * registers, x[1] * positions, y[1] * positions, weights);
    }

    // One group of one image; i counts the groups of all images.

    private void Forward(int i, Tensor<T> x, Tensor<T> w, Tensor<T> y) =>
        gemm.Multiply(w.AsReadMatrix().RowPart(i % groups, groups), Maps(x.AsReadMatrix(), x.Shape, i), Maps(y.AsMatrix(), y.Shape, i)); // Y = W X

    private void InputGradient(int i, Tensor<T> w, Tensor<T> dY, Tensor<T> dX) =>
        gemm.Multiply(w.AsReadMatrix().RowPart(i % groups, groups).Transposed, Maps(dY.AsReadMatrix(), dY.Shape, i), Maps(dX.AsMatrix(), dX.Shape, i)); // dX = Wᵀ dY

    // All groups of image n.
    private void AddWeightGradient(int n, Tensor<T> x, Tensor<T> dY, Matrix<T> dW)
    {
        for (int i = n * groups; i < (n + 1) * groups; i++)
            gemm.MultiplyAdd(Maps(dY.AsReadMatrix(), dY.Shape, i), Maps(x.AsReadMatrix(), x.Shape, i).Transposed, dW.RowPart(i % groups, groups)); // dW += dY Xᵀ
    }

    // The channels of a group of an image, one per row.
    private Matrix<T> Maps(Matrix<T> images, Shape shape, int i) =>
        new Matrix<T>(images.Row(i / groups), shape[1], shape[2] * shape[3]).RowPart(i % groups, groups);
}
