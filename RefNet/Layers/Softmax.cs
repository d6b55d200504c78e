using System.Numerics;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Softmax over the classes: y_c = exp(x_c) / sum_k exp(x_k), samples of shape C -> C, or of C x H x W -> the same with a
/// softmax at each pixel. Bridle 1990, equation 2; LECTURES L9, X42.
/// </summary>
/// <remarks>
/// The largest x_c is subtracted first, which changes nothing but keeps exp from overflowing. To train a classifier leave
/// this layer out and use <c>SoftmaxCrossEntropy</c>, which takes the x_c themselves and loses no digits in the logarithm.
/// </remarks>
public sealed class Softmax<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Saved by Forward for Backward
    private Tensor<T>? y;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Tensor<T> y = OutputFor(x);
        this.y = y;

        ParallelLoop.For(x.Shape[0], (x, y), static (n, of) =>
        {
            int classes = of.x.Shape[1];
            Matrix<T> xs = PixelsOf(of.x, n, classes);
            Matrix<T> ys = PixelsOf(of.y, n, classes);
            for (int p = 0; p < xs.Columns; p++)
            {
                T max = xs[0, p];
                for (int c = 1; c < classes; c++)
                    max = T.Max(max, xs[c, p]);

                T sum = T.Zero;
                for (int c = 0; c < classes; c++)
                    sum += ys[c, p] = T.Exp(xs[c, p] - max);
                for (int c = 0; c < classes; c++)
                    ys[c, p] /= sum;
            }
        });
        return y;
    }

    // One pixel; Z = sum_k exp(x_k), y_k = exp(x_k)/Z, so that y_k depends on every x_c through Z:
    // (1) dy_k/dx_c = y_k [k = c] - y_k y_c
    // (2) dx_c = sum_k dy_k dy_k/dx_c = y_c (dy_c - s), s = sum_k dy_k y_k

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = InputGradientFor(dY);

        ParallelLoop.For(dY.Shape[0], (y: y!, dY, dX), static (n, of) =>
        {
            int classes = of.dY.Shape[1];
            Matrix<T> ys = PixelsOf(of.y, n, classes);
            Matrix<T> dys = PixelsOf(of.dY, n, classes);
            Matrix<T> dxs = PixelsOf(of.dX, n, classes);
            for (int p = 0; p < dxs.Columns; p++)
            {
                T s = T.Zero;
                for (int k = 0; k < classes; k++)
                    s += dys[k, p] * ys[k, p];               // (2) s
                for (int c = 0; c < classes; c++)
                    dxs[c, p] = ys[c, p] * (dys[c, p] - s);  // (2)
            }
        });
        return dX;
    }

    // One sample as C x (H W): a row a class, a column a pixel. A vector of C is an image of one pixel.
    private static Matrix<T> PixelsOf(Tensor<T> tensor, int n, int classes) =>
        new(tensor.Sample(n), classes, tensor.Sample(n).Length / classes);
}
