using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Backends.Reference;

/// <summary>
/// Convolution by its definition: y_nf(i,j) = b_f + sum_c sum_uv W_fc(u,v) x_nc(S i - P + D u', S j - P + D v'), with S the
/// stride, P the padding, D the dilation, and u' = K - 1 - u for a flipped kernel, u' = u without the flip.
/// </summary>
/// <remarks>
/// Elements of x outside the image are 0. With G groups map f sees only the channels of its group: c counts from 0 there,
/// and channel c of the group is channel <c>FirstChannel(f) + c</c> of x.
/// </remarks>
internal sealed class ReferenceConvolution<T>(ConvolutionGeometry geometry, int groups) : IConvolution<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // y_nf(i,j) = b_f + sum_c sum_uv W_fc(u,v) x_n,channel(row, column)

    /// <inheritdoc/>
    public void Forward(Tensor<T> x, Tensor<T> w, Tensor<T>? b, Tensor<T> y)
    {
        ReadOnlyElements<T> xs = new(x), ws = new(w);
        Elements<T> ys = new(y);
        for (int n = 0; n < ys.Samples; n++)
            for (int f = 0; f < ys.Channels; f++)
                for (int i = 0; i < ys.Rows; i++)
                    for (int j = 0; j < ys.Columns; j++)
                    {
                        T sum = b is null ? T.Zero : b[f];
                        for (int c = 0; c < ws.Channels; c++)
                        {
                            int channel = FirstChannel(f, w) + c;
                            for (int u = 0; u < ws.Rows; u++)
                                for (int v = 0; v < ws.Columns; v++)
                                {
                                    (int row, int column) = (Row(i, u), Column(j, v));
                                    if (xs.HasPixel(row, column))
                                        sum += ws[f, c, u, v] * xs[n, channel, row, column];
                                }
                        }

                        ys[n, f, i, j] = sum;
                    }
    }

    // W_fc(u,v) multiplies one x for each sample and each position of y:
    // dW_fc(u,v) += sum_n sum_ij dy_nf(i,j) x_n,channel(row, column)

    /// <inheritdoc/>
    public void AddWeightGradient(Tensor<T> x, Tensor<T> dY, Tensor<T> dW)
    {
        ReadOnlyElements<T> xs = new(x), dys = new(dY);
        Elements<T> dws = new(dW);
        for (int f = 0; f < dws.Samples; f++)
            for (int c = 0; c < dws.Channels; c++)
            {
                int channel = FirstChannel(f, dW) + c;
                for (int u = 0; u < dws.Rows; u++)
                    for (int v = 0; v < dws.Columns; v++)
                    {
                        T sum = T.Zero;
                        for (int n = 0; n < dys.Samples; n++)
                            for (int i = 0; i < dys.Rows; i++)
                                for (int j = 0; j < dys.Columns; j++)
                                {
                                    (int row, int column) = (Row(i, u), Column(j, v));
                                    if (xs.HasPixel(row, column))
                                        sum += dys[n, f, i, j] * xs[n, channel, row, column];
                                }

                        dws[f, c, u, v] += sum;
                    }
            }
    }

    // The loops of Forward: for each product that contains x, dx receives the weight times the gradient of y.
    // dx_n,channel(row, column) = sum of W_fc(u,v) dy_nf(i,j) over all f, c, i, j, u, v that read this x

    /// <inheritdoc/>
    public void InputGradient(Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        ReadOnlyElements<T> ws = new(w), dys = new(dY);
        Elements<T> dxs = new(dX);
        dX.Span.Clear();
        for (int n = 0; n < dys.Samples; n++)
            for (int f = 0; f < dys.Channels; f++)
                for (int i = 0; i < dys.Rows; i++)
                    for (int j = 0; j < dys.Columns; j++)
                        for (int c = 0; c < ws.Channels; c++)
                        {
                            int channel = FirstChannel(f, w) + c;
                            for (int u = 0; u < ws.Rows; u++)
                                for (int v = 0; v < ws.Columns; v++)
                                {
                                    (int row, int column) = (Row(i, u), Column(j, v));
                                    if (dxs.HasPixel(row, column))
                                        dxs[n, channel, row, column] += ws[f, c, u, v] * dys[n, f, i, j];
                                }
                        }
    }

    // The row of x that tap u reads for row i of y, S i - P + D u': the geometry gives -P + D u', which includes the flip.
    private int Row(int i, int u) => geometry.Rows.Stride * i + geometry.FirstRow(u);

    private int Column(int j, int v) => geometry.Columns.Stride * j + geometry.FirstColumn(v);

    // W is F x C/G x K x K: F/G consecutive maps see the same C/G channels.
    private int FirstChannel(int f, Tensor<T> w) => f / (w.Shape[0] / groups) * w.Shape[1];
}
