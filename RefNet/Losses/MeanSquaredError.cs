using System.Numerics;
using RefNet.Tensors;

namespace RefNet.Losses;

/// <summary>
/// Squared error: L = mean over the samples of ‖y - t‖² = sum_i (y_i - t_i)²; any shape -> one number in the square of the
/// unit of y, 0 or more. LECTURES Y10, Y24.
/// </summary>
/// <remarks>
/// Squares are summed over the outputs of a sample and averaged over samples, without the 1/2 of some books. PyTorch's
/// MSELoss also divides by the number of outputs of a sample. Equation 8 of LeCun et al. 1998, the mean of the RBF output
/// of the right class, is this loss with y the outputs of F6 and t the bitmap of that class.
/// </remarks>
public sealed class MeanSquaredError<T> : Loss<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Saved by Forward for Backward
    private Tensor<T>? difference;

    /// <inheritdoc/>
    public override T Forward(Tensor<T> y, Tensor<T> target)
    {
        CheckShapes(y, target);
        Tensor<T> difference = Tensor<T>.Reuse(ref this.difference, y.Shape);

        ReadOnlySpan<T> ys = y.Values, ts = target.Values;
        Span<T> d = difference.Span;
        T sum = T.Zero;
        for (int i = 0; i < d.Length; i++)
        {
            d[i] = ys[i] - ts[i];
            sum += d[i] * d[i];
        }

        return sum / T.CreateChecked(y.Shape[0]);
    }

    // L = (1/N) sum_n sum_i (y_ni - t_ni)²:
    // (1) dL/dy_ni = (2/N) (y_ni - t_ni)

    /// <inheritdoc/>
    public override Tensor<T> Backward()
    {
        Tensor<T> dY = OutputGradientFor(difference);

        TensorPrimitives.Multiply(difference!.Values, T.CreateChecked(2.0 / dY.Shape[0]), dY.Span); // (1)
        return dY;
    }
}
