using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>
/// Convolution with kernels as large as the image, as in C5 of LeNet-5: there is a single output position, so with
/// one image per row it is a dense layer. LeCun et al. 1998, section II.B.
/// </summary>
internal sealed class WholeImageConvolution<T>(ConvolutionGeometry geometry, IGemm<T> gemm) : IConvolution<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether the kernels cover each image exactly.</summary>
    public static bool Suits(ConvolutionGeometry geometry, int groups, Shape x) =>
        groups == 1 && Covers(geometry.Rows, x[2]) && Covers(geometry.Columns, x[3]);

    private static bool Covers(Window window, int extent) => window is { Dilation: 1, Before: 0, After: 0 } && window.Size == extent;

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        using Scratch<T> scratch = new(geometry.Flip ? x.Count : 0);
        gemm.Multiply(Turned(x, scratch), w.AsReadMatrix().Transposed, y.AsMatrix()); // Y = X Wᵀ
        if (b is not null)
            Biases.AddToRows(b, y);                                                       // Y += 1 bᵀ
    }

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        using Scratch<T> scratch = new(geometry.Flip ? x.Count : 0);
        gemm.MultiplyAdd(dY.AsReadMatrix().Transposed, Turned(x, scratch), dW.AsMatrix()); // dW += dYᵀ X
    }

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        gemm.Multiply(dY.AsReadMatrix(), w.AsReadMatrix(), dX.AsMatrix()); // dX = dY W
        if (geometry.Flip)
            TurnPlanes(dX.Span);
    }

    // Where the kernels are flipped, images rotated by 180 degrees give the same sums; a batch has fewer images than kernels.
    private Matrix<T> Turned(Tensor<T> x, Scratch<T> scratch)
    {
        if (!geometry.Flip)
            return x.AsReadMatrix();
        x.Values.CopyTo(scratch.Span);
        TurnPlanes(scratch.Span);
        return new Matrix<T>(scratch.Span, x.Shape[0], x.Count / x.Shape[0]);
    }

    private void TurnPlanes(Span<T> images)
    {
        for (int i = 0; i < images.Length; i += geometry.Taps)
            images.Slice(i, geometry.Taps).Reverse();
    }
}
