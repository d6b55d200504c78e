using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Lectures;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Lectures;

/// <summary>Shapes, parameters and receptive fields that the slides print, from layers.</summary>
[TestFixture]
public sealed class LayerSizeTests
{
    [Test]
    public void Y4_TenFiltersOf5x5OnAColourImage() => Check(new Convolution2D<float>(3, 10, 5, padding: 2), new Shape(3, 32, 32), new Shape(10, 32, 32), 760);

    [Test]
    public void Y5_TwoConvolutionsWithoutPadding()
    {
        Check(new Convolution2D<float>(3, 6, 5), new Shape(3, 32, 32), new Shape(6, 28, 28), 456);
        Check(new Convolution2D<float>(6, 10, 5), new Shape(6, 28, 28), new Shape(10, 24, 24), 1510);
    }

    // The output of one position is the dot product of 75 pixels with the flipped filter, plus the bias.
    [Test]
    public void Y6_OnePositionOfAFilterIsADotProductOf75NumbersAndABias([Range(0, 4)] int seed)
    {
        Convolution2D<double> filter = new(3, 1, 5);
        filter.Initialize(seed);
        filter.Parameters[1].Value[0] = 0.5;
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(1, 3, 5, 5), Seeds.Create(seed, 1));
        double sum = 0.5;
        int products = 0;
        for (int c = 0; c < 3; c++)
        {
            for (int u = 0; u < 5; u++)
            {
                for (int v = 0; v < 5; v++, products++)
                    sum += filter.Parameters[0].Value[0, c, 4 - u, 4 - v] * x[0, c, u, v];
            }
        }

        Assert.That(products, Is.EqualTo(75));
        Assert.That(filter.Forward(x, Mode.Evaluate)[0, 0, 0, 0], Is.EqualTo(sum).Within(1e-12));
    }

    [Test]
    public void Y9_TwoKernelsWithPadding1AndStride2() => Check(new Convolution2D<float>(3, 2, 3, stride: 2, padding: 1), new Shape(3, 5, 5), new Shape(2, 3, 3), 54 + 2);

    [Test]
    public void Y13_AlexNetsFirstLayer() => Check(new Convolution2D<float>(3, 96, 11, stride: 4), new Shape(3, 227, 227), new Shape(96, 55, 55), 34_944);

    [Test]
    public void Y16_A1x1ConvolutionFrom64To32Maps() => Check(new Convolution2D<float>(64, 32, 1), new Shape(64, 56, 56), new Shape(32, 56, 56), 2080);

    [Test]
    public void Y18_OneLayerOf5x5AndTwoOf1x1HaveAQuarterOfTheWeights()
    {
        Convolution2D<float> Layer(int inputs, int kernel) =>
            new(inputs, 256, ConvolutionGeometry.Square(kernel, padding: kernel / 2), useBias: false);
        Convolution2D<float> first = Layer(128, 5), next = Layer(256, 5), small = Layer(256, 1);
        Assert.That(Parameters(first) + 2 * Parameters(next), Is.EqualTo(4_096_000));
        Assert.That(Parameters(first) + 2 * Parameters(small), Is.EqualTo(950_272));
    }

    [Test]
    public void Y19_TheDigitNetworkHas63802Parameters() => Check(
        new Sequential<float>(
            new Convolution2D<float>(1, 6, 5), new MaxPooling2D<float>(2), new Convolution2D<float>(6, 16, 5), new MaxPooling2D<float>(2), new Flatten<float>(),
            new Dense<float>(400, 120), new Dense<float>(120, 100), new Dense<float>(100, 10)),
        new Shape(1, 32, 32), new Shape(10), 63_802);

    // The weights would take 6.4 GB: none is drawn.
    [Test]
    public void X37_40000PixelsTimes40000UnitsAre1600Million() =>
        Check(new Dense<float>(40_000, 40_000, useBias: false), new Shape(40_000), new Shape(40_000), 1_600_000_000);

    [Test]
    public void X9_TheProductOfTheMatricesIsClassesByInputs([Range(0, 9)] int seed)
    {
        Random random = Seeds.Create(seed);
        int d = random.Next(1, 6), h = random.Next(1, 6), c = random.Next(1, 6);
        Dense<double> first = new(d, h), second = new(h, c), merged = new(d, c);
        Network<double> both = new(new Shape(d), seed, first, second);
        Assert.That(merged.Parameters[0].Value.Shape, Is.EqualTo(new Shape(c, d)));

        // Column j of W2 W1 is what two layers without biases give for the unit vector j.
        for (int j = 0; j < d; j++)
        {
            Tensor<double> unit = new(new Shape(1, d));
            unit[0, j] = 1;
            Tensor<double> column = both.Forward(unit, Mode.Evaluate);
            for (int i = 0; i < c; i++)
                merged.Parameters[0].Value[i, j] = column[0, i];
        }

        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, d), random);
        TensorAssert.AreClose(both.Forward(x, Mode.Evaluate), merged.Forward(x, Mode.Evaluate), 1e-12, "W2 W1");
    }

    [Test]
    public void X10_EachLayerAddsKernelMinusOneToTheField([Values(1, 2, 3, 4)] int layers, [Values(1, 3, 5, 7)] int kernel) =>
        Assert.That(ReceptiveFields.Of(kernel, [.. Enumerable.Repeat(1, layers)]), Is.EqualTo(1 + layers * (kernel - 1)));

    [Test]
    public void X11_Y21_EachLayerAddsItsDilationTimesKernelMinusOne([Range(0, 9)] int seed)
    {
        Assert.That(new[] { ReceptiveFields.Of(3, 1), ReceptiveFields.Of(3, 1, 2), ReceptiveFields.Of(3, 1, 2, 4) }, Is.EqualTo(new[] { 3, 7, 15 }));
        Random random = Seeds.Create(seed);
        int[] dilations = [.. Enumerable.Range(0, 3).Select(_ => random.Next(1, 5))];
        Assert.That(ReceptiveFields.Of(3, dilations), Is.EqualTo(1 + 2 * dilations.Sum()), string.Join(", ", dilations));
    }

    // Positions counted one by one: a window starts inside the padded rows and ends there.
    [Test]
    public void X38_TheSizeFormulaHoldsThePaddingOnBothSides([Range(1, 9)] int rows, [Values(1, 2, 3)] int kernel, [Values(1, 2, 3)] int stride, [Values(0, 1, 2)] int padding)
    {
        int counted = 0;
        for (int start = -padding; start + kernel <= rows + padding; start += stride)
            counted++;
        int expected = rows + 2 * padding < kernel ? 0 : (rows + 2 * padding - kernel) / stride + 1;
        Assert.That(new Window(kernel, stride, padding, padding).Positions(rows, Rounding.Floor), Is.EqualTo(counted).And.EqualTo(expected));
    }

    private static void Check(Layer<float> layer, Shape input, Shape output, long parameters)
    {
        Assert.That(layer.OutputShape(input), Is.EqualTo(output));
        Assert.That(Parameters(layer), Is.EqualTo(parameters));
    }

    private static long Parameters(Layer<float> layer) => layer.Parameters.Sum(parameter => (long)parameter.Count);
}
