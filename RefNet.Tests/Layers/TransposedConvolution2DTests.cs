using NUnit.Framework;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Generators;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class TransposedConvolution2DTests
{
    // ⟨conv(x), y⟩ = ⟨x, convT(y)⟩ with the same weights, over kernels, strides, padding, dilation, groups and flips.
    [Test]
    public void L14_ItIsTheTransposeOfTheConvolution() => Properties.ForAll(EngineLayers.Cases(typeof(Convolution2D<>)), drawn =>
    {
        ConvolutionCase c = (ConvolutionCase)drawn with { UseBias = false };
        ConvolutionGeometry geometry = c.Geometry with { Rounding = Rounding.Exact };
        int rows = geometry.Rows.Positions(c.Height, Rounding.Floor), columns = geometry.Columns.Positions(c.Width, Rounding.Floor);
        if (rows == 0 || columns == 0 || geometry.Rows.Extent(rows) < 1 || geometry.Columns.Extent(columns) < 1)
            return;
        Shape small = new(c.Groups * c.OutputsPerGroup, rows, columns), large = new(c.Input[0], geometry.Rows.Extent(rows), geometry.Columns.Extent(columns));

        Convolution2D<double> convolution = new(large[0], small[0], geometry, c.Groups, useBias: false);
        TransposedConvolution2D<double> transposed = new(small[0], large[0], geometry, groups: c.Groups, useBias: false);
        transposed.Parameters[0].Value.CopyFrom(convolution.Parameters[0].Value.Values);
        Tensor<double> x = LayerCase.RandomTensor<double>(large.Batch(2), Seeds.Create(c.Seed)), y = LayerCase.RandomTensor<double>(small.Batch(2), Seeds.Create(c.Seed, 1));
        double forward = TensorPrimitives.Dot(convolution.Forward(x, Mode.Train).Values, y.Values);
        Assert.That(TensorPrimitives.Dot(transposed.Forward(y, Mode.Train).Values, x.Values), Is.EqualTo(forward).Within(1e-12 * x.Count));
    });

    // Each x becomes S - 1 zeros and itself, and the convolution that follows pads by K - 1.
    [Test]
    public void L14_ItIsAConvolutionOverAnImageWithZerosBetweenItsPixels()
    {
        TransposedConvolution2D<double> transposed = new(2, 3, ConvolutionGeometry.Square(3, stride: 2), useBias: false);
        transposed.Initialize(seed: 1);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 2, 3, 4), Seeds.Create(1)), spread = new(new Shape(2, 2, 5, 7));
        for (int n = 0; n < 2; n++)
            for (int c = 0; c < 2; c++)
                for (int i = 0; i < 3; i++)
                    for (int j = 0; j < 4; j++)
                        spread[n, c, 2 * i, 2 * j] = x[n, c, i, j];

        // The transpose of a true convolution correlates; its kernels lead from the outputs to the inputs.
        Convolution2D<double> convolution = new(2, 3, ConvolutionGeometry.Square(3, padding: 2) with { Flip = false }, useBias: false);
        for (int f = 0; f < 3; f++)
            for (int c = 0; c < 2; c++)
                transposed.Parameters[0].Value.Plane(c, f).CopyTo(convolution.Parameters[0].Value.PlaneSpan(f, c));
        Assert.That(transposed.Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(convolution.Forward(spread, Mode.Train).Values.ToArray()).Within(1e-13));
    }

    // A delta lays the kernel on y: as PyTorch has it without the flip, turned by half a circle with it.
    [Test]
    public void L14_ADeltaLaysTheKernelDown([Values] bool flip)
    {
        TransposedConvolution2D<double> layer = new(1, 1, new ConvolutionGeometry(new Window(2), new Window(3)) { Flip = flip });
        layer.Parameters[0].Value.CopyFrom([1, 2, 3, 4, 5, 6]);
        layer.Parameters[1].Value.CopyFrom([10]);
        double[] y = layer.Forward(new Tensor<double>(new Shape(1, 1, 1, 1), [1]), Mode.Train).Values.ToArray();
        Assert.That(y, Is.EqualTo(flip ? new double[] { 16, 15, 14, 13, 12, 11 } : [11, 12, 13, 14, 15, 16]));
    }

    // Inside; at the border the kernel finds zeros where interpolation repeats the last pixel.
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(8)]
    public void L14_WithTheBilinearKernelItInterpolates(int factor)
    {
        int kernel = 2 * factor - factor % 2, padding = (factor - 1) / 2 + (factor - 1) % 2;
        TransposedConvolution2D<double> layer = new(3, 3, kernel, stride: factor, padding: padding, initializer: Initializer.Bilinear, useBias: false);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3, 4, 5), Seeds.Create(1));
        Tensor<double> y = layer.Forward(x, Mode.Train), expected = new BilinearUpsampling2D<double>(factor).Forward(x, Mode.Train);
        Assert.That(y.Shape, Is.EqualTo(expected.Shape));
        for (int i = factor; i < 3 * factor; i++)
            for (int j = factor; j < 4 * factor; j++)
                Assert.That(y[1, 2, i, j], Is.EqualTo(expected[1, 2, i, j]).Within(1e-13));

        TransposedConvolution2D<double> perChannel = new(3, 3, kernel, stride: factor, padding: padding, groups: 3, initializer: Initializer.Bilinear, useBias: false);
        Assert.That(perChannel.Forward(x, Mode.Train).Values.ToArray(), Is.EqualTo(y.Values.ToArray()).Within(1e-13), "the same with a group for each channel");
    }

    // Seven columns and eight both give four at a stride of 2: the output padding says which one comes back.
    [TestCase(0, 7)]
    [TestCase(1, 8)]
    public void L14_OutputPaddingChoosesAmongTheSizesThatFit(int outputPadding, int columns)
    {
        Assert.That(new Window(3, 2, 1, 1).Positions(columns, Rounding.Floor), Is.EqualTo(4));
        Assert.That(new TransposedConvolution2D<double>(1, 1, 3, stride: 2, padding: 1, outputPadding: outputPadding).OutputShape(new Shape(1, 4, 4)), Is.EqualTo(new Shape(1, columns, columns)));
    }

    [Test]
    public void BadSettingsAndInputsAreErrors()
    {
        Assert.That(() => new TransposedConvolution2D<double>(1, 1, 3, stride: 2, outputPadding: 2), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("below the stride"));
        Assert.That(() => new TransposedConvolution2D<double>(3, 2, 3, groups: 2), Throws.ArgumentException);
        Assert.That(() => new TransposedConvolution2D<double>(1, 1, 3, padding: 2).OutputShape(new Shape(1, 1, 5)), Throws.TypeOf<ShapeException>().With.Message.Contains("-1 rows"));
        Assert.That(() => new TransposedConvolution2D<double>(2, 1, 3).OutputShape(new Shape(1, 4, 4)), Throws.TypeOf<ShapeException>().With.Message.Contains("2 x rows x columns"));
    }

    // VOC's 21 classes enlarged 32 times, as FCN-32s does: 64x64 kernels, 21 of 441 pairs of channels.
    [Test]
    public void L14_TheKernelOfFcn32s()
    {
        TransposedConvolution2D<float> upscore = new(21, 21, 64, stride: 32, initializer: Initializer.Bilinear, useBias: false);
        Assert.That(upscore.OutputShape(new Shape(21, 16, 16)), Is.EqualTo(new Shape(21, 544, 544)));
        Assert.That(upscore.Parameters[0].Count, Is.EqualTo(21 * 21 * 64 * 64));
        Tensor<float> weight = upscore.Parameters[0].Value;
        Assert.That(weight[3, 3, 31, 31], Is.EqualTo(63f / 64 * 63 / 64).Within(1e-6));
        Assert.That(weight[3, 3, 0, 0], Is.EqualTo(1f / 64 / 64).Within(1e-8));
        Assert.That(weight.Plane(3, 4).ToArray(), Is.All.Zero);
    }
}
