using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Tensors;

namespace RefNet.Tests.Gpu.Resident;

/// <summary>
/// How far two computations of one training pass in double may lie apart when they add up in different orders: of the loss, and
/// of each element of each gradient, to first order in u.
/// </summary>
/// <remarks>
/// Each tensor x on the way has a tensor d of differences. A sum of n products w x differs by the sum of |w| d, and by n roundings
/// in each of the two, each of at most u times the sum of |w||x|: by the sum of |w| (d + 2 n u |x|), which is what the same layer
/// gives for d + 2 n u |x| when its weights are |w|.
/// </remarks>
internal sealed class ErrorBound
{
    private const double U = 1.0 / (1L << 53);

    /// <summary>Goes forward and back through LeNet-5 with the parameters that it has now; its gradients are changed.</summary>
    public ErrorBound(Sequential<double> network, Tensor<double> images, Tensor<double> targets)
    {
        Layer<double>[] layers = [.. network.Layers];
        Layer<double>[] magnitudes = [.. LeNet5Modern.Create<double>(seed: 1).Layers];
        Tensor<double>[] x = new Tensor<double>[layers.Length + 1], d = new Tensor<double>[layers.Length + 1];
        (x[0], d[0]) = (images, new Tensor<double>(images.Shape));
        for (int l = 0; l < layers.Length; l++)
        {
            x[l + 1] = layers[l].Forward(x[l], Mode.Train);
            double roundings = 2 * Terms(layers[l], axis: 0) * U;
            TakeMagnitudes(layers[l], magnitudes[l], roundings);
            d[l + 1] = layers[l] is Tanh<double>
                ? Combine(x[l + 1], d[l], (y, dOfX) => (1 - y * y) * dOfX + 11 * U * Math.Abs(y)) // 11 u: see ResidentDeviceTests
                : magnitudes[l].Forward(Combine(x[l], d[l], (x, dOfX) => dOfX + roundings * Math.Abs(x)), Mode.Train).Clone();
        }

        // dp/dy has rows whose magnitudes add up to 2 p (1 - p) <= 1/2; roundings of the softmax as in ResidentDeviceTests.
        SoftmaxCrossEntropy<double> loss = new();
        loss.Forward(x[^1], targets);
        (int batch, int classes) = (images.Shape[0], x[^1].Shape[1]);
        double size = Largest(x[^1]), difference = Largest(d[^1]);
        Loss = 2 * difference + 2 * U * (classes + batch + 10) * (3 + 2 * size);
        Tensor<double> dY = loss.Backward();
        Tensor<double> dOfDY = Combine(dY, dY, (_, _) => (difference / 2 + 2 * U * (4 * size + classes + 12)) / batch);

        Stack<Tensor<double>> found = new();
        for (int l = layers.Length - 1; l >= 0; l--)
        {
            Tensor<double> dOfDX;
            if (layers[l] is Tanh<double>)
            {
                Tensor<double> slope = Combine(x[l + 1], d[l + 1], (y, dOfY) => 2 * Math.Abs(y) * dOfY + 6 * U);
                dOfDX = Combine(
                    Combine(x[l + 1], dOfDY, (y, dOfDY) => (1 - y * y) * dOfDY), Combine(dY, slope, (dY, slope) => Math.Abs(dY) * slope), (a, b) => a + b);
            }
            else
            {
                if (layers[l].Parameters.Count > 0)
                {
                    // dW and db add up one product for each sample and position.
                    double roundings = 2 * (x[l + 1].Count / x[l + 1].Shape[1] + 3) * U;
                    magnitudes[l].ClearGradients();
                    magnitudes[l].Forward(Combine(x[l], x[l], (x, _) => Math.Abs(x)), Mode.Train);
                    magnitudes[l].Backward(Combine(dY, dOfDY, (dY, dOfDY) => dOfDY + roundings * Math.Abs(dY)));
                    found.Push(magnitudes[l].Parameters[1].Gradient.Clone());
                    magnitudes[l].Forward(d[l], Mode.Train); // dW also by what x differs
                    magnitudes[l].Backward(Combine(dY, dY, (dY, _) => Math.Abs(dY)));
                    found.Push(magnitudes[l].Parameters[0].Gradient.Clone());
                }

                double backwards = 2 * Terms(layers[l], axis: 1) * U;
                dOfDX = magnitudes[l].Backward(Combine(dY, dOfDY, (dY, dOfDY) => dOfDY + backwards * Math.Abs(dY))).Clone();
            }

            (dY, dOfDY) = (layers[l].Backward(dY), dOfDX);
        }

        Gradients = [.. found];
    }

    /// <summary>Of the loss.</summary>
    public double Loss { get; }

    /// <summary>Of the gradient of each parameter.</summary>
    public IReadOnlyList<Tensor<double>> Gradients { get; }

    // Weights are taken as |w|; biases as what their roundings add: 2 n u |b|.
    private static void TakeMagnitudes(Layer<double> from, Layer<double> to, double roundings)
    {
        for (int p = 0; p < from.Parameters.Count; p++)
        {
            Tensor<double> value = from.Parameters[p].Value;
            Combine(value, value, (w, _) => Math.Abs(w) * (p == 0 ? 1 : roundings)).Span.CopyTo(to.Parameters[p].Value.Span);
        }
    }

    // The terms that one element adds up, forward (its weights stand under one index of axis 0) or back (of axis 1), and a few
    // roundings for all that is no sum.
    private static double Terms(Layer<double> layer, int axis) => layer switch
    {
        AveragePooling2D<double> pooling => pooling.Geometry.Cells + 3,
        Flatten<double> or Tanh<double> => 0,
        _ => layer.Parameters[0].Value.Count / layer.Parameters[0].Value.Shape[axis] + 3,
    };

    private static double Largest(Tensor<double> tensor) => tensor.Span.ToArray().Max(Math.Abs);

    private static Tensor<double> Combine(Tensor<double> a, Tensor<double> b, Func<double, double, double> combine)
    {
        Tensor<double> result = new(a.Shape);
        for (int i = 0; i < result.Count; i++)
            result.Span[i] = combine(a.Span[i], b.Span[i]);
        return result;
    }
}
