using System.Numerics;
using RefNet.Tensors;
using static System.FormattableString;

namespace RefNet.Layers;

/// <summary>
/// Cuts a window out of each map: y_c(i,j) = x_c(r + i, s + j), samples of shape C x H x W -> C x H' x W'. Long et al. 2015,
/// section 4.1 (the crop of FCN, whose first convolution pads by 100); LECTURES L16.
/// </summary>
public sealed class Crop<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int row;
    private readonly int column;
    private readonly int rows;
    private readonly int columns;

    /// <summary>Creates the layer.</summary>
    /// <param name="row">r, the first row to keep, 0 or more.</param>
    /// <param name="column">s, the first column to keep, 0 or more.</param>
    /// <param name="rows">H', the number of rows to keep, 1 or more.</param>
    /// <param name="columns">W', the number of columns to keep, 1 or more.</param>
    public Crop(int row, int column, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        (this.row, this.column, this.rows, this.columns) = (row, column, rows, columns);
    }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.None;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank == 3 && row + rows <= input[1] && column + columns <= input[2]
            ? new Shape(input[0], rows, columns)
            : throw Unfit(Invariant($"samples of shape channels x {row + rows} rows or more x {column + columns} columns or more"), input);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        int width = x.Shape[3];
        for (int n = 0; n < x.Shape[0]; n++)
        {
            for (int c = 0; c < x.Shape[1]; c++)
            {
                for (int i = 0; i < rows; i++)
                    x.Plane(n, c).Slice((row + i) * width + column, columns).CopyTo(y.PlaneSpan(n, c)[(i * columns)..]);
            }
        }
    }

    // Each y is one x, and nothing depends on the x outside the window:
    // (1) dx_c(r + i, s + j) = dy_c(i,j), 0 elsewhere

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is null)
            return;

        int width = x.Shape[3];
        dX.Span.Clear();
        for (int n = 0; n < x.Shape[0]; n++)
        {
            for (int c = 0; c < x.Shape[1]; c++)
            {
                for (int i = 0; i < rows; i++)
                    dY.Plane(n, c).Slice(i * columns, columns).CopyTo(dX.PlaneSpan(n, c)[((row + i) * width + column)..]); // (1)
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{row}", $"{column}", $"{rows}", $"{columns}");
}
