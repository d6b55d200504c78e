using NUnit.Framework;
using RefNet.Backends.Reference;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Generators;
using RefNet.Tests.Reference;

namespace RefNet.Tests.Layers;

[TestFixture]
public sealed class Convolution2DTests
{
    private static readonly Shape LectureImage = new(1, 1, 3, 3);

    [Test]
    public void Y1_L4_TheLecturesExampleFlipsTheKernel()
    {
        Tensor<double> y = LectureExample(flip: true).Forward(new Tensor<double>(LectureImage, [0, 80, 40, 20, 40, 0, 0, 0, 40]), Mode.Evaluate);
        Assert.That(y.Values.ToArray(), Is.EqualTo([45, 110, 40, 40]));
    }

    [Test]
    public void Y1_X39_WithoutTheFlipItIsCrossCorrelation()
    {
        Tensor<double> y = LectureExample(flip: false).Forward(new Tensor<double>(LectureImage, [0, 80, 40, 20, 40, 0, 0, 0, 40]), Mode.Evaluate);
        Assert.That(y.Values.ToArray(), Is.EqualTo([70, 30, 10, 40]));
    }

    [Test]
    public void L4_ConvolvingADeltaCopiesTheKernel_AndCorrelatingOneMirrorsIt()
    {
        double[] kernel = [1, 2, 3, 4, 5, 6];
        Tensor<double> delta = new(new Shape(1, 1, 3, 5));
        delta[0, 0, 1, 2] = 1;
        foreach (bool flip in new[] { true, false })
        {
            ConvolutionGeometry geometry = new(new Window(2), new Window(3)) { Flip = flip };
            Convolution2D<double> layer = new(1, 1, geometry, useBias: false);
            layer.Parameters[0].Value.CopyFrom(kernel);
            double[] expected = flip ? kernel : [.. kernel.Reverse()];
            Assert.That(layer.Forward(delta, Mode.Evaluate).Values.ToArray(), Is.EqualTo(expected), $"flip {flip}");
        }
    }

    [Test]
    public void L3_ColumnsAndGemmAgreeWithDirectLoops() => Properties.ForAll(CaseGenerators.OfLayer(nameof(Convolution2D<>)), c =>
    {
        ConvolutionCase configuration = (ConvolutionCase)c;
        Layer<double> layer = c.Create<double>();
        Tensor<double> x = c.CreateInput<double>();
        Tensor<double> expected = DirectConvolution.Forward(
            x, layer.Parameters[0].Value, layer.Parameters.ElementAtOrDefault(1)?.Value, configuration.Geometry, configuration.Groups);
        // Both add the same at most 19 products of magnitude below 100 in another order: 19 * 19 * 100 * 2^-53 < 1e-11.
        Assert.That(layer.Forward(x, c.Mode).Values.ToArray(), Is.EqualTo(expected.Values.ToArray()).Within(1e-11));
    });

    [Test]
    public void L3_TheGradientOfABiasIsTheSumOfDYOverImagesAndPositions()
    {
        Convolution2D<double> layer = new(1, 2, kernel: 2);
        layer.Forward(new Tensor<double>(new Shape(2, 1, 2, 3)), Mode.Train);
        // Two images, two maps of 1 x 2: map 0 gets 1, 2 and 5, 6; map 1 gets 3, 4 and 7, -8.
        layer.Backward(new Tensor<double>(new Shape(2, 2, 1, 2), [1, 2, 3, 4, 5, 6, 7, -8]));
        Assert.That(layer.Parameters[1].Gradient.Values.ToArray(), Is.EqualTo([1.0 + 2 + 5 + 6, 3 + 4 + 7 - 8]));
    }

    [Test]
    public void L13_DilationIsAKernelWithZerosBetweenItsTaps()
    {
        Convolution2D<double> dilated = new(2, 3, ConvolutionGeometry.Square(3, padding: 2, dilation: 2));
        Convolution2D<double> stuffed = new(2, 3, ConvolutionGeometry.Square(5, padding: 2));
        stuffed.Parameters[0].Value.Span.Clear();
        for (int f = 0; f < 3; f++)
            for (int c = 0; c < 2; c++)
                for (int u = 0; u < 3; u++)
                    for (int v = 0; v < 3; v++)
                        stuffed.Parameters[0].Value[f, c, 2 * u, 2 * v] = dilated.Parameters[0].Value[f, c, u, v];
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 2, 7, 6), Seeds.Create(4));
        // The added products are exact zeros; the order of the others may differ in the kernel of the product.
        Assert.That(dilated.Forward(x, Mode.Evaluate).Values.ToArray(), Is.EqualTo(stuffed.Forward(x, Mode.Evaluate).Values.ToArray()).Within(1e-14));
    }

    [Test]
    public void L15_AOneByOneKernelIsADenseLayerAtEachPixel()
    {
        Convolution2D<double> convolution = new(3, 4, kernel: 1);
        Dense<double> dense = new(3, 4);
        dense.Parameters[0].Value.CopyFrom(convolution.Parameters[0].Value.Values);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(1, 3, 2, 5), Seeds.Create(6));
        Tensor<double> y = convolution.Forward(x, Mode.Evaluate);
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 5; j++)
            {
                Tensor<double> pixel = new(new Shape(1, 3), [x[0, 0, i, j], x[0, 1, i, j], x[0, 2, i, j]]);
                Tensor<double> units = dense.Forward(pixel, Mode.Evaluate);
                for (int f = 0; f < 4; f++)
                    Assert.That(y[0, f, i, j], Is.EqualTo(units[0, f]).Within(1e-12), $"map {f} at ({i}, {j})");
            }
    }

    [Test]
    public void L17_GroupsAreIndependentConvolutionsSideBySide()
    {
        Convolution2D<double> grouped = new(4, 6, ConvolutionGeometry.Square(3, padding: 1), groups: 2);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(1, 4, 5, 4), Seeds.Create(8));
        double[] y = grouped.Forward(x, Mode.Evaluate).Values.ToArray();
        for (int g = 0; g < 2; g++)
        {
            Convolution2D<double> tower = new(2, 3, ConvolutionGeometry.Square(3, padding: 1));
            tower.Parameters[0].Value.CopyFrom(grouped.Parameters[0].Value.Values.Slice(g * 3 * 2 * 9, 3 * 2 * 9));
            Tensor<double> half = new(new Shape(1, 2, 5, 4), x.Values.Slice(g * 2 * 20, 2 * 20));
            Assert.That(tower.Forward(half, Mode.Evaluate).Values.ToArray(), Is.EqualTo(y[(g * 3 * 20)..((g + 1) * 3 * 20)]), $"tower {g}");
        }
    }

    // By the definition: fast ways of different groups round differently.
    [Test]
    public void L17_ADepthwiseConvolutionIsAConvolutionOfEachChannelAlone([Values(1, 2)] int multiplier)
    {
        Convolution2D<double> depthwise = new(3, 3 * multiplier, kernel: 3, stride: 2, padding: 1, groups: 3);
        depthwise.Initialize(seed: 1);
        depthwise.To(new ReferenceBackend<double>());
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(1, 3, 5, 7), Seeds.Create(8)), y = depthwise.Forward(x, Mode.Evaluate);
        for (int c = 0; c < 3; c++)
        {
            Convolution2D<double> alone = new(1, multiplier, kernel: 3, stride: 2, padding: 1);
            alone.Parameters[0].Value.CopyFrom(depthwise.Parameters[0].Value.Values.Slice(c * multiplier * 9, multiplier * 9));
            alone.To(new ReferenceBackend<double>());
            double[] expected = alone.Forward(new Tensor<double>(new Shape(1, 1, 5, 7), x.Plane(0, c)), Mode.Evaluate).Values.ToArray();
            Assert.That(y.Values.Slice(c * multiplier * 12, multiplier * 12).ToArray(), Is.EqualTo(expected), $"channel {c}");
        }
    }

    // AlexNet's second layer: two towers of 48 maps, each of which makes 128.
    [Test]
    public void L17_TheTowersOfAlexNetDoNotSeeEachOther()
    {
        Convolution2D<float> conv2 = new(96, 256, kernel: 5, padding: 2, groups: 2);
        conv2.Initialize(seed: 1);
        Assert.That(conv2.Parameters[0].Count, Is.EqualTo(2 * 128 * 48 * 25));
        Tensor<float> x = LayerCase.RandomTensor<float>(new Shape(1, 96, 5, 5), Seeds.Create(1)), before = conv2.Forward(x, Mode.Evaluate).Clone();
        x.PlaneSpan(0, 47).Fill(7);
        Tensor<float> after = conv2.Forward(x, Mode.Evaluate);
        Assert.That(after.Values[(128 * 25)..].ToArray(), Is.EqualTo(before.Values[(128 * 25)..].ToArray()), "the second tower");
        Assert.That(after.Values[..(128 * 25)].ToArray(), Is.Not.EqualTo(before.Values[..(128 * 25)].ToArray()), "the first");
    }

    // y_f(i) = b_f + sum_c sum_u W_fc(u) x_c(S i - P + D (K-1-u))
    [Test]
    public void L22_AKernelOfOneRowIsConvolutionOfSequences()
    {
        const int Length = 9, K = 3, S = 2, P = 2, D = 2;
        Convolution2D<double> layer = new(2, 3, ConvolutionGeometry.Row(K, S, P, D));
        layer.Initialize(seed: 1);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(1, 2, 1, Length), Seeds.Create(1)), y = layer.Forward(x, Mode.Evaluate), w = layer.Parameters[0].Value;
        Assert.That(y.Shape, Is.EqualTo(new Shape(1, 3, 1, (Length + 2 * P - D * (K - 1) - 1) / S + 1)));
        for (int f = 0; f < 3; f++)
            for (int i = 0; i < y.Shape[3]; i++)
            {
                double sum = 0;
                for (int c = 0; c < 2; c++)
                    for (int u = 0; u < K; u++)
                    {
                        int place = S * i - P + D * (K - 1 - u);
                        sum += place is >= 0 and < Length ? w[f, c, 0, u] * x[0, c, 0, place] : 0;
                    }

                Assert.That(y[0, f, 0, i], Is.EqualTo(sum).Within(1e-14));
            }
    }

    [TestCase(3, 32, 10, 5, 1, 2, 32, 760, TestName = "Y4_TenFilters5x5Padding2On32x32x3")]
    [TestCase(3, 32, 6, 5, 1, 0, 28, 456, TestName = "Y5_SixFilters5x5On32x32x3")]
    [TestCase(6, 28, 10, 5, 1, 0, 24, 1510, TestName = "Y5_TenFilters5x5On28x28x6")]
    [TestCase(3, 5, 2, 3, 2, 1, 3, 56, TestName = "Y9_X38_TwoFilters3x3Padding1Stride2On5x5x3")]
    [TestCase(3, 227, 96, 11, 4, 0, 55, 34944, TestName = "Y13_X14_AlexNetsFirstLayerOn227")]
    [TestCase(64, 56, 32, 1, 1, 0, 56, 2080, TestName = "Y16_OneByOneFiltersOn56x56x64")]
    public void ShapesAndParametersOfTheLectures(int channels, int size, int filters, int kernel, int stride, int padding, int outputSize, int parameters)
    {
        Convolution2D<float> layer = new(channels, filters, kernel, stride, padding);
        Assert.Multiple(() =>
        {
            Assert.That(layer.OutputShape(new Shape(channels, size, size)), Is.EqualTo(new Shape(filters, outputSize, outputSize)));
            Assert.That(layer.Parameters.Sum(parameter => parameter.Count), Is.EqualTo(parameters));
        });
    }

    [Test]
    public void Y2_AStrideThatDoesNotFitIsAnErrorThatShowsTheFormula()
    {
        Convolution2D<float> layer = new(1, 1, kernel: 3, stride: 3) { Name = "C1" };
        Assert.That(() => layer.OutputShape(new Shape(1, 7, 7)),
            Throws.TypeOf<ShapeException>().With.Message.StartsWith("C1: ").And.Message.Contains("(7 - 3) / 3 + 1 = 2.33"));
    }

    [Test]
    public void X14_AlexNetsFirstLayerDoesNotFit224()
    {
        Convolution2D<float> layer = new(3, 96, kernel: 11, stride: 4);
        Assert.That(() => layer.OutputShape(new Shape(3, 224, 224)), Throws.TypeOf<ShapeException>().With.Message.Contains("54.25"));
    }

    private static Convolution2D<double> LectureExample(bool flip)
    {
        Convolution2D<double> layer = new(1, 1, ConvolutionGeometry.Square(2) with { Flip = flip }, useBias: false);
        layer.Parameters[0].Value.CopyFrom([0, 0.25, 0.5, 1]);
        return layer;
    }
}
