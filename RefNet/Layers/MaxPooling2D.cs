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

    // Saved by Forward for Backward: where each maximum stands in its group of planes of x
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

        PlaneGroups groups = PlaneGroups.Of(x);
        ParallelLoop.For(groups.Count, (geometry, groups, winners, x, y), static (group, of) =>
        {
            Range xs = of.groups.Range(of.x, group), ys = of.groups.Range(of.y, group);
            WindowMaxima.Find(of.x.Span[xs], of.x.Shape[2], of.x.Shape[3], of.geometry, of.y.Span[ys], of.winners.AsSpan(ys));
        });
        return y;
    }

    // y is the x that won, so its slope is 1 there and 0 elsewhere:
    // (1) dx = sum over the windows that x won of dy

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = InputGradientFor(dY);

        PlaneGroups groups = PlaneGroups.Of(dX);
        ParallelLoop.For(groups.Count, (geometry, groups, winners, dY, dX), static (group, of) =>
        {
            Range xs = of.groups.Range(of.dX, group), ys = of.groups.Range(of.dY, group);
            WindowMaxima.Spread(of.dY.Span[ys], of.winners.AsSpan(ys), of.dX.Shape[2], of.dX.Shape[3], of.geometry, of.dX.Span[xs]); // (1)
        });
        return dX;
    }
}
