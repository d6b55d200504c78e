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
        int outputs = weight.Shape[0], inputsPerGroup = weight.Shape[1];
        int kernelRows = weight.Shape[2], kernelColumns = weight.Shape[3];
        (int rows, int columns) = geometry.Output(x.Shape[2], x.Shape[3]);
        Tensor<T> y = new(new Shape(x.Shape[0], outputs, rows, columns));
        for (int n = 0; n < x.Shape[0]; n++)
            for (int f = 0; f < outputs; f++)
                for (int i = 0; i < rows; i++)
                    for (int j = 0; j < columns; j++)
                    {
                        T sum = bias is null ? T.Zero : bias[f];
                        for (int c = 0; c < inputsPerGroup; c++)
                            for (int u = 0; u < kernelRows; u++)
                                for (int v = 0; v < kernelColumns; v++)
                                {
                                    int row = i * geometry.Rows.Stride - geometry.Rows.Before + u * geometry.Rows.Dilation;
                                    int column = j * geometry.Columns.Stride - geometry.Columns.Before + v * geometry.Columns.Dilation;
                                    if (row < 0 || row >= x.Shape[2] || column < 0 || column >= x.Shape[3])
                                        continue;
                                    T w = geometry.Flip ? weight[f, c, kernelRows - 1 - u, kernelColumns - 1 - v] : weight[f, c, u, v];
                                    sum += w * x[n, f / (outputs / groups) * inputsPerGroup + c, row, column];
                                }

                        y[n, f, i, j] = sum;
                    }

        return y;
    }
}
