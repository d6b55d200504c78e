using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Layers;

/// <summary>
/// Upsampling by linear interpolation between pixels: y_c(i,j) = (1-a) (1-b) x_c(u,v) + (1-a) b x_c(u,v+1) + a (1-b) x_c(u+1,v) +
/// a b x_c(u+1,v+1), where row i is at u + a in x and column j at v + b; samples of shape C x H x W -> C x f H x f W.
/// Long et al. 2015, section 3.3; LECTURES L14.
/// </summary>
/// <remarks>
/// Pixels are squares, and the edges of the image stay in place: row i is at (i + 1/2) / f - 1/2, not below 0, as in PyTorch without
/// align_corners. Inside the image this equals the <see cref="TransposedConvolution2D{T}"/> with FCN's fixed bilinear
/// kernel. With aligned corners pixels are points, and the first and last pixels of x and y coincide: row i is at i
/// (H-1) / (f H-1). The last pixel is repeated beyond the edge.
/// </remarks>
public sealed class BilinearUpsampling2D<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int factor;
    private readonly bool alignCorners;

    /// <summary>Creates the layer.</summary>
    /// <param name="factor">f, 1 or more.</param>
    /// <param name="alignCorners">Whether pixels are points, and the corners of both images coincide.</param>
    public BilinearUpsampling2D(int factor, bool alignCorners = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        (this.factor, this.alignCorners) = (factor, alignCorners);
    }

    /// <inheritdoc/>
    public override bool TreatsSamplesAlone => true;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.None;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank == 3 ? new Shape(input[0], input[1] * factor, input[2] * factor) : throw Unfit("samples of shape channels x rows x columns", input);

    /// <inheritdoc/>
    public override Cost Cost(Shape input) => new(4L * OutputShape(input).Count, 4L * OutputShape(input).Count);

    /// <inheritdoc/>
    protected override void Forward(Tensor<T> x, Tensor<T> y, Mode mode)
    {
        int height = x.Shape[2], width = x.Shape[3], rows = y.Shape[2], columns = y.Shape[3];
        for (int plane = 0; plane < x.Shape[0] * x.Shape[1]; plane++)
        {
            ReadOnlySpan<T> small = x.Values.Slice(plane * height * width, height * width);
            Span<T> large = y.Span.Slice(plane * rows * columns, rows * columns);
            for (int i = 0; i < rows; i++)
            {
                Place row = PlaceOf(i, height);
                for (int j = 0; j < columns; j++)
                {
                    Place column = PlaceOf(j, width);
                    T above = (T.One - column.Share) * small[row.First * width + column.First] + column.Share * small[row.First * width + column.Next];
                    T below = (T.One - column.Share) * small[row.Next * width + column.First] + column.Share * small[row.Next * width + column.Next];
                    large[i * columns + j] = (T.One - row.Share) * above + row.Share * below;
                }
            }
        }
    }

    // Each y is a weighted sum of four x, with weights that do not depend on x:
    // (1) dx_c(u,v) += (1-a) (1-b) dy_c(i,j), and so on for its three neighbours

    /// <inheritdoc/>
    protected override void Backward(Tensor<T> x, Tensor<T> y, Tensor<T> dY, Tensor<T>? dX)
    {
        if (dX is null)
            return;

        int height = x.Shape[2], width = x.Shape[3], rows = y.Shape[2], columns = y.Shape[3];
        dX.Span.Clear();
        for (int plane = 0; plane < x.Shape[0] * x.Shape[1]; plane++)
        {
            ReadOnlySpan<T> large = dY.Values.Slice(plane * rows * columns, rows * columns);
            Span<T> small = dX.Span.Slice(plane * height * width, height * width);
            for (int i = 0; i < rows; i++)
            {
                Place row = PlaceOf(i, height);
                for (int j = 0; j < columns; j++)
                {
                    Place column = PlaceOf(j, width);
                    T above = (T.One - row.Share) * large[i * columns + j], below = row.Share * large[i * columns + j];
                    small[row.First * width + column.First] += (T.One - column.Share) * above; // (1)
                    small[row.First * width + column.Next] += column.Share * above;            // (1)
                    small[row.Next * width + column.First] += (T.One - column.Share) * below;  // (1)
                    small[row.Next * width + column.Next] += column.Share * below;             // (1)
                }
            }
        }
    }

    // The position of row or column i of y among the given number of rows or columns of x.
    private Place PlaceOf(int i, int extent)
    {
        double place = alignCorners ? i * (extent - 1.0) / Math.Max(1, extent * factor - 1) : Math.Max(0, (i + 0.5) / factor - 0.5);
        int first = (int)place;
        return new Place(first, Math.Min(first + 1, extent - 1), T.CreateChecked(place - first));
    }

    /// <inheritdoc/>
    public override string ToString() => CSharp.New(this, $"{factor}", CSharp.Option("alignCorners", alignCorners, false));

    /// <summary>A position between two pixels of x: u, u + 1, and the weight of the second.</summary>
    private readonly record struct Place(int First, int Next, T Share);
}
