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

        ParallelLoop.For(x.Shape[0] * x.Shape[1], (layer: this, x, y), static (plane, of) => of.layer.PoolPlane(plane, of.x, of.y));
        return y;
    }

    // y is the x that won, so its slope is 1 there and 0 elsewhere:
    // (1) dx = sum over the windows that x won of dy

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = InputGradientFor(dY);

        ParallelLoop.For(dY.Shape[0] * dY.Shape[1], (layer: this, dY, dX), static (plane, of) => of.layer.SpreadPlane(plane, of.dY, of.dX)); // (1)
        return dX;
    }

    // Planes are numbered through all samples and channels.
    private void PoolPlane(int plane, Tensor<T> x, Tensor<T> y)
    {
        int n = plane / x.Shape[1], c = plane % x.Shape[1];
        WindowMaxima.Find(x.Plane(n, c), x.Shape[2], x.Shape[3], geometry, y.Plane(n, c), WinnersOf(plane, y));
    }

    // (1) of one plane.
    private void SpreadPlane(int plane, Tensor<T> dY, Tensor<T> dX)
    {
        int n = plane / dY.Shape[1], c = plane % dY.Shape[1];
        ReadOnlySpan<T> dys = dY.Plane(n, c);
        ReadOnlySpan<int> places = WinnersOf(plane, dY);
        Span<T> dxs = dX.Plane(n, c);
        dxs.Clear();
        for (int i = 0; i < places.Length; i++)
            dxs[places[i]] += dys[i];
    }

    private Span<int> WinnersOf(int plane, Tensor<T> y)
    {
        int length = y.Shape[2] * y.Shape[3];
        return winners.AsSpan(plane * length, length);
    }
}
