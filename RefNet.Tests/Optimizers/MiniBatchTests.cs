using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Losses;

namespace RefNet.Tests.Optimizers;

[TestFixture]
public sealed class MiniBatchTests
{
    [Test]
    public void T1_TheGradientsOfAllMiniBatchesOfAPassSumToTheFullGradient()
    {
        Network<double> network = new(new Shape(3), seed: 1, new Dense<double>(3, 5), new Tanh<double>(), new Dense<double>(5, 4));
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(12, 3), Seeds.Create(3));
        Tensor<double> target = LossCheck.OneHot(4, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);

        double[] full = Gradient(network, x, target);
        double[] sum = new double[full.Length];
        for (int batch = 0; batch < 3; batch++)
        {
            double[] part = Gradient(network, Rows(x, 4 * batch, 4), Rows(target, 4 * batch, 4));
            for (int i = 0; i < sum.Length; i++)
                sum[i] += part[i] * 4 / 12; // a loss is the mean over its batch: 4 of the 12 samples
        }

        Assert.That(sum, Is.EqualTo(full).Within(1e-12));
        Assert.That(full.Max(Math.Abs), Is.GreaterThan(0.01));
    }

    private static double[] Gradient(Network<double> network, Tensor<double> x, Tensor<double> target)
    {
        SoftmaxCrossEntropy<double> loss = new();
        loss.Forward(network.Forward(x, Mode.Train), target);
        network.ClearGradients();
        network.Backward(loss.Backward());
        return [.. network.Parameters.SelectMany(parameter => parameter.Gradient.Values.ToArray())];
    }

    private static Tensor<double> Rows(Tensor<double> tensor, int start, int count) =>
        new(tensor.Shape.Sample.Batch(count), tensor.Values.Slice(start * tensor.Shape.Sample.Count, count * tensor.Shape.Sample.Count));
}
