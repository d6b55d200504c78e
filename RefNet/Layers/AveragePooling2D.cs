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

    /// <summary>Size, stride and padding of the windows.</summary>
    public PoolingGeometry Geometry => geometry;

    /// <summary>Whether the zeros of the padding count in the mean.</summary>
    public bool CountsPadding => countPadding;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        geometry.Problem(input) is { } problem ? throw Unfit(problem, input) : geometry.Output(input, input[0]);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new((long)geometry.Cells * OutputShape(input).Count, 0);

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Tensor<T> y = OutputFor(x);
        Tensor<T> scale = ReciprocalCounts(x.Shape[2], x.Shape[3]);

        ParallelLoop.For(x.Shape[0], (geometry, scale, x, y), static (n, of) =>
        {
            using WindowSums<T> windows = new(of.geometry, of.x.Shape[2], of.x.Shape[3]);
            windows.Mean(of.x.Sample(n), of.scale.Span, of.y.Sample(n)); // y = (sum of the window) / m
        });
        return y;
    }

    // y = (1/m) sum over the window of x, so x adds to each window that it lies in with slope 1/m:
    // (1) dx = sum over those windows of dy / m

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = InputGradientFor(dY);
        Tensor<T> scale = ReciprocalCounts(dX.Shape[2], dX.Shape[3]);

        ParallelLoop.For(dY.Shape[0], (geometry, scale, dY, dX), static (n, of) =>
        {
            using WindowSums<T> windows = new(of.geometry, of.dX.Shape[2], of.dX.Shape[3]);
            windows.SpreadMean(of.dY.Sample(n), of.scale.Span, of.dX.Sample(n)); // (1)
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
