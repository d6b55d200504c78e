using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// A border of zeros around each map: y_c(top + i, left + j) = x_c(i,j), 0 elsewhere; samples of shape C x H x W ->
/// C x (top + H + bottom) x (left + W + right). The inverse of <see cref="Crop{T}"/>. LECTURES Y3, L3.
/// </summary>
/// <remarks>Convolution and pooling have their own padding; this layer pads before several of them at once, by a different amount on each side.</remarks>
public sealed class ZeroPadding2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int top;
    private readonly int bottom;
    private readonly int left;
    private readonly int right;

    /// <summary>Creates a layer with the same border on all sides.</summary>
    public ZeroPadding2D(int padding) : this(padding, padding, padding, padding) { }

    /// <summary>Creates a layer.</summary>
    /// <param name="top">Rows of zeros above, 0 or more.</param>
    /// <param name="bottom">Rows of zeros below, 0 or more.</param>
    /// <param name="left">Columns of zeros on the left, 0 or more.</param>
    /// <param name="right">Columns of zeros on the right, 0 or more.</param>
    public ZeroPadding2D(int top, int bottom, int left, int right)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfNegative(bottom);
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        (this.top, this.bottom, this.left, this.right) = (top, bottom, left, right);
    }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.None;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input.Rank == 3
        ? new Shape(input[0], top + input[1] + bottom, left + input[2] + right)
        : throw Unfit("samples of shape channels x rows x columns", input);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        int rows = x.Shape[2], columns = x.Shape[3], width = y.Shape[3];
        y.Span.Clear();
        for (int n = 0; n < x.Shape[0]; n++)
        {
            for (int c = 0; c < x.Shape[1]; c++)
            {
                for (int i = 0; i < rows; i++)
                    x.Plane(n, c).Slice(i * columns, columns).CopyTo(y.PlaneSpan(n, c)[((top + i) * width + left)..]);
            }
        }
    }

    // Each x appears once in y, and the zeros do not depend on it:
    // (1) dx_c(i,j) = dy_c(top + i, left + j)

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is null)
            return;

        int rows = x.Shape[2], columns = x.Shape[3], width = y.Shape[3];
        for (int n = 0; n < x.Shape[0]; n++)
        {
            for (int c = 0; c < x.Shape[1]; c++)
            {
                for (int i = 0; i < rows; i++)
                    dY.Plane(n, c).Slice((top + i) * width + left, columns).CopyTo(dX.PlaneSpan(n, c)[(i * columns)..]); // (1)
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => top == bottom && left == right && top == left
        ? CSharp.New(this, $"{top}")
        : CSharp.New(this, $"{top}", $"{bottom}", $"{left}", $"{right}");
}
