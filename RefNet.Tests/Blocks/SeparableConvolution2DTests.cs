using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Blocks;

[TestFixture]
public sealed class SeparableConvolution2DTests
{
    // A kernel for each pair of channels that is one kernel of the channel times one number of the pair.
    [Test]
    public void L17_ItIsAConvolutionWhoseKernelsAreProducts()
    {
        SeparableConvolution2D<double> separable = new(3, 4, kernel: 3, stride: 2, padding: 1);
        separable.Initialize(seed: 1);
        Convolution2D<double> full = new(3, 4, kernel: 3, stride: 2, padding: 1, rounding: RefNet.Geometry.Rounding.Exact);
        Tensor<double> depthwise = separable.Parameters[0].Value, pointwise = separable.Parameters[1].Value;
        for (int f = 0; f < 4; f++)
            for (int c = 0; c < 3; c++)
                for (int tap = 0; tap < 9; tap++)
                    full.Parameters[0].Value.PlaneSpan(f, c)[tap] = pointwise[f, c, 0, 0] * depthwise.Plane(c, 0)[tap];
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3, 7, 5), Seeds.Create(1));
        Assert.That(separable.Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(full.Forward(x, Mode.Train).Values.ToArray()).Within(1e-13));
    }

    // MobileNet's arithmetic: 1/F + 1/K² of the weights.
    [Test]
    public void L17_TheNumberOfWeights()
    {
        SeparableConvolution2D<float> separable = new(64, 128, kernel: 3, padding: 1, useBias: false);
        Assert.That(separable.Parameters.Sum(parameter => parameter.Count), Is.EqualTo(64 * 9 + 64 * 128));
        Assert.That(separable.Cost(new Shape(64, 28, 28)).MultiplyAccumulates, Is.EqualTo(784L * (64 * 9 + 64 * 128)));
        Assert.That(new SeparableConvolution2D<float>(64, 128, kernel: 3, multiplier: 2).Parameters.Sum(parameter => parameter.Count), Is.EqualTo(128 * 9 + 128 * 128 + 128));
    }
}
