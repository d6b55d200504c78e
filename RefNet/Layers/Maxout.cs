using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Maxout: y_c is the largest of k pieces, which are the channels c k to c k + k - 1 of x; samples of shape C k or of C k x H x W -> C
/// or C x H x W. After a dense layer or a convolution it is the maximum of k linear functions. Goodfellow et al. 2013;
/// LECTURES L9, X40.
/// </summary>
/// <remarks>
/// Two pieces can form ReLU, leaky ReLU or the absolute value; more can form any convex piecewise linear function. Of equal
/// pieces the first wins and gets the whole gradient. A NaN among the pieces makes their maximum NaN.
/// </remarks>
public sealed class Maxout<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int pieces;

    /// <summary>Creates the layer.</summary>
    /// <param name="pieces">k, 1 or more.</param>
    public Maxout(int pieces)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pieces, 1);
        this.pieces = pieces;
    }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank is 1 or 3 && input[0] % pieces == 0
            ? new Shape([input[0] / pieces, .. input.ToArray()[1..]])
            : throw Unfit($"samples of channels or of channels x rows x columns, with channels a multiple of {pieces}", input);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new((long)pieces * OutputShape(input).Count, 0);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        for (int n = 0; n < y.Shape[0]; n++)
        {
            for (int c = 0; c < y.Shape[1]; c++)
            {
                Span<T> largest = y.PlaneSpan(n, c);
                x.Plane(n, c * pieces).CopyTo(largest);
                for (int k = 1; k < pieces; k++)
                {
                    ReadOnlySpan<T> piece = x.Plane(n, c * pieces + k);
                    for (int i = 0; i < piece.Length; i++)
                        largest[i] = piece[i] > largest[i] || T.IsNaN(piece[i]) ? piece[i] : largest[i];
                }
            }
        }
    }

    // y is the piece that won, and does not depend on the others:
    // (1) dx_k = dy for the winner k, 0 for the others

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is null)
            return;

        dX.Span.Clear();
        for (int n = 0; n < y.Shape[0]; n++)
        {
            for (int c = 0; c < y.Shape[1]; c++)
            {
                ReadOnlySpan<T> dy = dY.Plane(n, c);
                for (int i = 0; i < dy.Length; i++)
                    dX.PlaneSpan(n, c * pieces + Winner(x, y, n, c, i))[i] = dy[i]; // (1)
            }
        }
    }

    // The first piece that is the maximum; of a maximum that is NaN, the last piece that is NaN.
    private int Winner(Tensor<T> x, Tensor<T> y, int n, int c, int i)
    {
        T largest = y.Plane(n, c)[i];
        int winner = 0;
        for (int k = pieces - 1; k >= 0; k--)
        {
            T piece = x.Plane(n, c * pieces + k)[i];
            if (T.IsNaN(largest) && T.IsNaN(piece))
                return k;
            if (piece == largest)
                winner = k;
        }

        return winner;
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{pieces}");
}
