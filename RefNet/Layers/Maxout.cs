using System.Numerics;
using RefNet.LinearAlgebra;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Maxout: y_c is the largest of k pieces, the channels c k to c k + k - 1 of x; samples of shape C k or of C k x H x W -> C
/// or C x H x W. Behind a dense layer or a convolution it is the maximum of k linear functions. Goodfellow et al. 2013;
/// LECTURES L9, X40.
/// </summary>
/// <remarks>
/// Two pieces make ReLU, leaky ReLU or the absolute value; more make any convex function of straight pieces. Of equal
/// pieces the first wins and gets the whole gradient. A NaN among the pieces makes their maximum NaN.
/// </remarks>
public sealed class Maxout<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int pieces;

    // Saved by Forward for Backward: which piece won
    private int[] winners = [];

    /// <summary>Makes the layer.</summary>
    /// <param name="pieces">k, 1 or more.</param>
    public Maxout(int pieces)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pieces, 1);
        this.pieces = pieces;
    }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank is 1 or 3 && input[0] % pieces == 0
            ? new Shape([input[0] / pieces, .. input.ToArray()[1..]])
            : throw Unfit($"samples of channels or of channels x rows x columns, with channels a multiple of {pieces}", input);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new((long)pieces * OutputShape(input).Count, 0);

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, Mode mode)
    {
        Tensor<T> y = OutputFor(x);
        if (winners.Length < y.Count)
            winners = new int[y.Count];

        ParallelLoop.For(y.Shape[0] * y.Shape[1], (layer: this, x, y), static (plane, of) =>
        {
            (int n, int c, int pieces) = (plane / of.y.Shape[1], plane % of.y.Shape[1], of.layer.pieces);
            Span<T> ys = of.y.Plane(n, c);
            Span<int> won = of.layer.winners.AsSpan(plane * ys.Length, ys.Length);
            of.x.Plane(n, c * pieces).CopyTo(ys);
            won.Clear();
            for (int k = 1; k < pieces; k++)
            {
                ReadOnlySpan<T> xs = of.x.Plane(n, c * pieces + k);
                for (int i = 0; i < xs.Length; i++)
                {
                    if (xs[i] > ys[i] || T.IsNaN(xs[i]))
                    {
                        ys[i] = xs[i];
                        won[i] = k;
                    }
                }
            }
        });
        return y;
    }

    // y is the piece that won, and the others do not matter:
    // (1) dx_k = dy for the winner k, 0 for the others

    /// <inheritdoc/>
    public override Tensor<T> Backward(Tensor<T> dY)
    {
        Tensor<T> dX = InputGradientFor(dY);

        dX.Span.Clear();
        ParallelLoop.For(dY.Shape[0] * dY.Shape[1], (layer: this, dY, dX), static (plane, of) =>
        {
            (int n, int c) = (plane / of.dY.Shape[1], plane % of.dY.Shape[1]);
            ReadOnlySpan<T> dys = of.dY.Plane(n, c);
            ReadOnlySpan<int> won = of.layer.winners.AsSpan(plane * dys.Length, dys.Length);
            for (int i = 0; i < dys.Length; i++)
                of.dX.Plane(n, c * of.layer.pieces + won[i])[i] = dys[i]; // (1)
        });
        return dX;
    }
}
