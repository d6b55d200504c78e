using System.Numerics;
using RefNet.Geometry;
using RefNet.Tensors;

namespace RefNet.Tests.Reference;

/// <summary>Convolution as its definition says, loops only: no columns, no matrix product, no shared size formula.</summary>
public static class DirectConvolution
{
    /// <summary>y_f(i,j) = b_f + sum_c sum_uv W_fc(u,v) x_c(...), the kernel flipped where the geometry says so.</summary>
    public static Tensor<T> Forward<T>(Tensor<T> x, Tensor<T> weight, Tensor<T>? bias, ConvolutionGeometry geometry, int groups)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int columns) = geometry.Output(x.Shape[2], x.Shape[3]);
        Tensor<T> y = new(new Shape(x.Shape[0], weight.Shape[0], rows, columns));
        for (int n = 0; n < y.Shape[0]; n++)
            for (int f = 0; f < y.Shape[1]; f++)
                y.PlaneSpan(n, f).Fill(bias is null ? T.Zero : bias[f]);
        ForEachProduct(x.Shape, weight.Shape, y.Shape, geometry, groups, (w, from, to) => y.Span[to] += weight.Values[w] * x.Values[from]);
        return y;
    }

    /// <summary>dW += what each weight multiplied, times the gradient of what it was added to.</summary>
    public static void AddWeightGradient<T>(Tensor<T> x, Tensor<T> dY, Tensor<T> dW, ConvolutionGeometry geometry, int groups)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ForEachProduct(x.Shape, dW.Shape, dY.Shape, geometry, groups, (w, from, to) => dW.Span[w] += x.Values[from] * dY.Values[to]);

    /// <summary>dX = for each input, the weights that multiplied it times the gradients of what they were added to.</summary>
    public static Tensor<T> InputGradient<T>(Shape inputs, Tensor<T> weight, Tensor<T> dY, ConvolutionGeometry geometry, int groups)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> dX = new(inputs);
        ForEachProduct(inputs, weight.Shape, dY.Shape, geometry, groups, (w, from, to) => dX.Span[from] += weight.Values[w] * dY.Values[to]);
        return dX;
    }

    // Calls the action with the places of weight, input and output of each product.
    private static void ForEachProduct(Shape x, Shape weight, Shape y, ConvolutionGeometry geometry, int groups, Action<int, int, int> action)
    {
        int kernelRows = weight[2], kernelColumns = weight[3];
        for (int n = 0; n < y[0]; n++)
            for (int f = 0; f < y[1]; f++)
                for (int i = 0; i < y[2]; i++)
                    for (int j = 0; j < y[3]; j++)
                        for (int c = 0; c < weight[1]; c++)
                            for (int u = 0; u < kernelRows; u++)
                                for (int v = 0; v < kernelColumns; v++)
                                {
                                    int row = i * geometry.Rows.Stride - geometry.Rows.Before + u * geometry.Rows.Dilation;
                                    int column = j * geometry.Columns.Stride - geometry.Columns.Before + v * geometry.Columns.Dilation;
                                    if (row < 0 || row >= x[2] || column < 0 || column >= x[3])
                                        continue;
                                    int channel = f / (y[1] / groups) * weight[1] + c;
                                    (int wu, int wv) = geometry.Flip ? (kernelRows - 1 - u, kernelColumns - 1 - v) : (u, v);
                                    action(
                                        ((f * weight[1] + c) * kernelRows + wu) * kernelColumns + wv,
                                        ((n * x[1] + channel) * x[2] + row) * x[3] + column,
                                        ((n * y[1] + f) * y[2] + i) * y[3] + j);
                                }
    }
}
