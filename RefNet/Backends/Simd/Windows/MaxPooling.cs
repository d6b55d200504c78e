using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Simd;

/// <summary>Maxima of windows. Forward stores the index of each, and Backward adds each gradient there.</summary>
internal sealed class MaxPooling<T>(PoolingGeometry geometry) : IPooling<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The index of each maximum in its group of planes of x.
    private int[] winners = [];

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> y)
    {
        if (winners.Length < y.Count)
            winners = new int[y.Count];
        PlaneGroups groups = PlaneGroups.Of(x);
        ParallelLoop.For(groups.Count, (geometry, groups, winners, x, y), static (group, of) =>
        {
            Range xs = of.groups.Range(of.x, group), ys = of.groups.Range(of.y, group);
            WindowMaxima.Find(of.x.Values[xs], of.x.Shape[2], of.x.Shape[3], of.geometry, of.y.Span[ys], of.winners.AsSpan(ys));
        });
    }

    /// <inheritdoc/>
    public void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T> dX)
    {
        PlaneGroups groups = PlaneGroups.Of(dX);
        ParallelLoop.For(groups.Count, (geometry, groups, winners, dY, dX), static (group, of) =>
        {
            Range xs = of.groups.Range(of.dX, group), ys = of.groups.Range(of.dY, group);
            WindowMaxima.Spread(of.dY.Values[ys], of.winners.AsSpan(ys), of.dX.Shape[2], of.dX.Shape[3], of.geometry, of.dX.Span[xs]);
        });
    }
}
