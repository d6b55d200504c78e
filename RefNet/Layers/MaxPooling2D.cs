using System.Numerics;
using RefNet.Geometry;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Max pooling: y(i,j) is the largest x in a window, samples of shape C x H x W -> C x H' x W'. Ranzato et al. 2007;
/// LECTURES L7, Y8.
/// </summary>
/// <remarks>
/// Padding never wins. Of equal elements the first in row-major order wins and gets the whole gradient, as in PyTorch.
/// A NaN in a window makes its maximum NaN.
/// </remarks>
public sealed class MaxPooling2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PoolingGeometry geometry;

    // Saved by Forward for Backward: where in its plane of x each maximum stands
    private int[] winners = [];

    /// <summary>Makes a layer with square windows, side by side unless a stride is given.</summary>
    public MaxPooling2D(int size, int? stride = null) : this(PoolingGeometry.Square(size, stride)) { }

    /// <summary>Makes a layer from the size, stride and padding of its windows.</summary>
    public MaxPooling2D(PoolingGeometry geometry) => this.geometry = geometry;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        geometry.Problem(input) is { } problem ? throw Unfit(problem, input) : geometry.Output(input, input[0]);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new((long)geometry.Cells * OutputShape(input).Count, 0);

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Tensor<T> y = OutputFor(x);
        if (winners.Length < y.Count)
            winners = new int[y.Count];

        int channels = x.Shape[1], planeLength = y.Shape[2] * y.Shape[3];
        ParallelLoop.For(x.Shape[0] * channels, plane =>
        {
            int n = plane / channels, c = plane % channels;
            PoolPlane(x.Plane(n, c), x.Shape[2], x.Shape[3], y.Plane(n, c), winners.AsSpan(plane * planeLength, planeLength));
        });
        return y;
    }

    // y is the x that won, so its slope is 1 there and 0 elsewhere:
    // (1) dx = sum over the windows that x won of dy

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = InputGradientFor(dY);

        int channels = dY.Shape[1], planeLength = dY.Shape[2] * dY.Shape[3];
        ParallelLoop.For(dY.Shape[0] * channels, plane =>
        {
            ReadOnlySpan<T> dys = dY.Plane(plane / channels, plane % channels);
            Span<T> dxs = dX.Plane(plane / channels, plane % channels);
            dxs.Clear();
            for (int i = 0; i < planeLength; i++)
                dxs[winners[plane * planeLength + i]] += dys[i]; // (1)
        });
        return dX;
    }

    private void PoolPlane(ReadOnlySpan<T> xs, int height, int width, Span<T> ys, Span<int> winnersOfPlane)
    {
        (int rows, int columns) = geometry.Output(height, width);
        for (int i = 0; i < rows; i++)
        {
            (int top, int bottom) = PoolingGeometry.Cover(geometry.Rows, i, height);
            for (int j = 0; j < columns; j++)
            {
                (int left, int right) = PoolingGeometry.Cover(geometry.Columns, j, width);
                int winner = top * width + left;
                for (int row = top; row < bottom; row++)
                {
                    for (int k = row * width + left; k < row * width + right; k++)
                    {
                        if (xs[k] > xs[winner] || T.IsNaN(xs[k]))
                            winner = k;
                    }
                }

                ys[i * columns + j] = xs[winner];
                winnersOfPlane[i * columns + j] = winner;
            }
        }
    }
}
