using System.Numerics;
using RefNet.Geometry;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Average pooling: y(i,j) is the mean of x over a window, samples of shape C x H x W -> C x H' x W'. LeCun et al. 1990;
/// LECTURES L8, X12, Y8.
/// </summary>
/// <remarks>Whether the zeros of the padding count in the mean is a choice; they do by default, as in PyTorch and Caffe.</remarks>
public sealed class AveragePooling2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PoolingGeometry geometry;
    private readonly bool countPadding;
    private Tensor<T>? reciprocalCounts;
    private (int Height, int Width) countedSize;

    /// <summary>Makes a layer with square windows, side by side unless a stride is given.</summary>
    public AveragePooling2D(int size, int? stride = null) : this(PoolingGeometry.Square(size, stride)) { }

    /// <summary>Makes a layer.</summary>
    /// <param name="geometry">Size, stride and padding of the windows.</param>
    /// <param name="countPadding">Whether the zeros of the padding count in the mean.</param>
    public AveragePooling2D(PoolingGeometry geometry, bool countPadding = true)
    {
        this.geometry = geometry;
        this.countPadding = countPadding;
    }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        geometry.Problem(input) is { } problem ? throw Unfit(problem, input) : geometry.Output(input, input[0]);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new((long)geometry.Cells * OutputShape(input).Count, 0);

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Tensor<T> y = OutputFor(x);
        int height = x.Shape[2], width = x.Shape[3];
        Tensor<T> scale = ReciprocalCounts(height, width);

        ParallelLoop.For(x.Shape[0], n =>
        {
            for (int c = 0; c < x.Shape[1]; c++)
            {
                Span<T> ys = y.Plane(n, c);
                WindowSums.Sum(x.Plane(n, c), height, width, geometry, ys);
                TensorPrimitives.Multiply(ys, scale.Span, ys); // y = (sum of the window) / m
            }
        });
        return y;
    }

    // y = (1/m) sum over the window of x, so x adds to each window that it lies in with slope 1/m:
    // (1) dx = sum over those windows of dy / m

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = InputGradientFor(dY);
        int height = dX.Shape[2], width = dX.Shape[3];
        Tensor<T> scale = ReciprocalCounts(height, width);

        ParallelLoop.For(dY.Shape[0], n =>
        {
            using Scratch<T> shares = new(scale.Count);
            for (int c = 0; c < dY.Shape[1]; c++)
            {
                TensorPrimitives.Multiply(dY.Plane(n, c), scale.Span, shares.Span);
                WindowSums.Spread(shares.Span, geometry, dX.Plane(n, c), height, width); // (1)
            }
        });
        return dX;
    }

    // 1/m for each window: windows at the border may hold fewer cells. It depends on the size of the input: two sizes can
    // give the same number of windows.
    private Tensor<T> ReciprocalCounts(int height, int width)
    {
        if (reciprocalCounts is null || countedSize != (height, width))
        {
            (int rows, int columns) = geometry.Output(height, width);
            reciprocalCounts = new Tensor<T>(new Shape(rows, columns));
            countedSize = (height, width);
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    int cells = PoolingGeometry.Count(geometry.Rows, i, height, countPadding)
                        * PoolingGeometry.Count(geometry.Columns, j, width, countPadding);
                    reciprocalCounts[i, j] = T.One / T.CreateChecked(cells);
                }
            }
        }

        return reciprocalCounts;
    }
}
