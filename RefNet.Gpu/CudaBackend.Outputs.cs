using RefNet.Tensors;

namespace RefNet.Gpu;

// Output functions and losses of a network: outputs.cu.
public sealed partial class CudaBackend<T>
{
    /// <inheritdoc/>
    public void Softmax(Tensor<T> x, Tensor<T> y)
    {
        (int samples, int classes, int count) = (y.Shape[0], y.Shape[1], PositionsOf(y));
        Divisor positions = count;
        if (count == 1)
            Blocks("softmax_rows", samples, classes, samples, classes, Read(x), Write(y));
        else
            ForEach("softmax_positions", samples * count, samples * count, classes, positions, Read(x), Write(y));
    }

    /// <inheritdoc/>
    public void SoftmaxGradient(Tensor<T> y, Tensor<T> dY, Tensor<T> dX)
    {
        (int samples, int classes, int count) = (y.Shape[0], y.Shape[1], PositionsOf(y));
        Divisor positions = count;
        if (count == 1)
            Blocks("softmax_rows_gradient", samples, classes, samples, classes, Read(y), Read(dY), Write(dX));
        else
            ForEach("softmax_positions_gradient", samples * count, samples * count, classes, positions, Read(y), Read(dY), Write(dX));
    }

    /// <inheritdoc/>
    public T SoftmaxCrossEntropy(Tensor<T> y, Tensor<T> target, T total, Tensor<T> dY) => Named(nameof(SoftmaxCrossEntropy), () =>
    {
        (int samples, int classes, int count) = (y.Shape[0] * PositionsOf(y), y.Shape[1], PositionsOf(y));
        Divisor positions = count;
        nint losses = Scratch(samples + 1), loss = At(losses, samples);
        if (count == 1)
            Blocks("softmax_cross_entropy", samples, classes, samples, classes, total, Read(y), Read(target), losses, Write(dY));
        else
            ForEach("softmax_cross_entropy_positions", samples, samples, classes, positions, total, Read(y), Read(target), losses, Write(dY));
        Blocks("sum_all", 1, samples, samples, total, losses, loss);
        return NumberAt(loss);
    });

    /// <inheritdoc/>
    public int CountErrors(Tensor<T> y, Tensor<T> target, bool smallestWins) => Named(nameof(CountErrors), () =>
    {
        (int samples, int classes, int count) = (y.Shape[0] * PositionsOf(y), y.Shape[1], PositionsOf(y));
        Divisor positions = count;
        T sign = smallestWins ? -T.One : T.One;
        nint errors = Scratch(samples + 1), sum = At(errors, samples);
        if (count == 1)
            Blocks("find_errors", samples, classes, samples, classes, sign, Read(y), Read(target), errors);
        else
            ForEach("find_errors_positions", samples, samples, classes, positions, sign, Read(y), Read(target), errors);
        Blocks("sum_all", 1, samples, samples, T.One, errors, sum);
        return int.CreateChecked(NumberAt(sum));
    });

    /// <inheritdoc/>
    public void SquaredDistances(Tensor<T> x, Tensor<T> w, Tensor<T> y)
    {
        Divisor centres = w.Shape[0];
        ForEach("squared_distances", y.Count, y.Count, centres, w.Count / w.Shape[0], Read(x), Read(w), Write(y));
    }

    /// <inheritdoc/>
    public void SquaredDistancesGradient(Tensor<T> x, Tensor<T> w, Tensor<T> dY, Tensor<T> dX)
    {
        Divisor inputs = w.Count / w.Shape[0];
        ForEach("squared_distances_gradient", dX.Count, dX.Count, w.Shape[0], inputs, Read(x), Read(w), Read(dY), Write(dX));
    }

    // Transfers of an operation outside of layers are counted under its own name.
    private TResult Named<TResult>(string operation, Func<TResult> compute)
    {
        Enter(operation);
        try
        {
            return compute();
        }
        finally
        {
            Leave();
        }
    }
}
