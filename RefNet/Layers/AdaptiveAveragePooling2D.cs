using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Average pooling to a given size: y_c(i,j) = the mean of x_c(u,v) over u from ⌊i H/R⌋ to ⌈(i+1) H/R⌉ - 1 and v from
/// ⌊j W/S⌋ to ⌈(j+1) W/S⌉ - 1; samples of shape C x H x W -> C x R x S. Windows overlap by a row or column where R does
/// not divide H. PyTorch's adaptive_avg_pool2d; the bins are those of He et al. 2014, "Spatial pyramid pooling",
/// section 2.2; LECTURES L8.
/// </summary>
public sealed class AdaptiveAveragePooling2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int rows;
    private readonly int columns;

    /// <summary>Creates the layer.</summary>
    /// <param name="rows">R, 1 or more.</param>
    /// <param name="columns">S, 1 or more.</param>
    public AdaptiveAveragePooling2D(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        (this.rows, this.columns) = (rows, columns);
    }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.None;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank == 3 ? new Shape(input[0], rows, columns) : throw Unfit("samples of shape channels x rows x columns", input);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new(input.Count, 0);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        (int h, int w) = (x.Shape[2], x.Shape[3]);
        ReadOnlySpan<T> xs = x.Values;
        Span<T> ys = y.Span;
        for (int o = 0; o < ys.Length; o++)
        {
            (int map, int i, int j) = Place(o);
            (int top, int bottom) = Region.Bin(i, rows, h);
            (int left, int right) = Region.Bin(j, columns, w);
            T sum = T.Zero;
            for (int u = top; u < bottom; u++)
            {
                for (int v = left; v < right; v++)
                    sum += xs[(map * h + u) * w + v];
            }

            ys[o] = sum / T.CreateChecked((bottom - top) * (right - left));
        }
    }

    // y is a mean over a window of n pixels:
    // (1) dx_c(u,v) = sum of dy_c(i,j) / n over the windows that contain (u,v)

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is null)
            return;
        (int h, int w) = (x.Shape[2], x.Shape[3]);
        ReadOnlySpan<T> dys = dY.Values;
        Span<T> dxs = dX.Span;
        dxs.Clear();
        for (int o = 0; o < dys.Length; o++)
        {
            (int map, int i, int j) = Place(o);
            (int top, int bottom) = Region.Bin(i, rows, h);
            (int left, int right) = Region.Bin(j, columns, w);
            T share = dys[o] / T.CreateChecked((bottom - top) * (right - left));
            for (int u = top; u < bottom; u++)
            {
                for (int v = left; v < right; v++)
                    dxs[(map * h + u) * w + v] += share; // (1)
            }
        }
    }

    /// <summary>The C# that creates this layer.</summary>
    public override string ToString() => CSharp.New(this, $"{rows}", $"{columns}");

    private (int Map, int Row, int Column) Place(int o) => (o / (rows * columns), o / columns % rows, o % columns);
}
