using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Lectures;
using RefNet.Losses;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Lectures;

/// <summary>Rows about gradients of inputs, weighted losses and the values of images, over random cases.</summary>
[TestFixture]
public sealed class GradientRowTests
{
    private const double H = 1e-5;

    [Test]
    public void X27_AOneHotGradientGivesTheSlopeOfThatNeuronAtEveryPixel([Range(0, 3)] int neuron, [Values(1, 2)] int seed)
    {
        Network<double> network = new(new Shape(2, 4, 4), seed,
            new Convolution2D<double>(2, 3, kernel: 3), new Tanh<double>(), new AveragePooling2D<double>(2), new Flatten<double>(), new Dense<double>(3, 4));
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(1, 2, 4, 4), Seeds.Create(seed));
        network.Forward(x, Mode.Evaluate);
        Tensor<double> oneHot = new(new Shape(1, 4));
        oneHot[0, neuron] = 1;
        double[] saliency = network.Backward(oneHot).Values.ToArray();
        for (int i = 0; i < x.Count; i++)
        {
            double at = x.Values[i];
            x.Span[i] = at + H;
            double above = network.Forward(x, Mode.Evaluate)[0, neuron];
            x.Span[i] = at - H;
            double below = network.Forward(x, Mode.Evaluate)[0, neuron];
            x.Span[i] = at;
            Assert.That(saliency[i], Is.EqualTo((above - below) / (2 * H)).Within(1e-8), $"pixel {i}");
        }
    }

    [Test]
    public void Y23_AWeightVectorAddedToTheInputRaisesTheScoreByItsSquaredLength([Range(0, 9)] int seed)
    {
        Random random = Seeds.Create(seed);
        Dense<double> classifier = new(20, 1);
        classifier.Initialize(seed);
        double a = random.NextDouble();
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(1, 20), random);
        Tensor<double> fooled = x.Clone();
        double length = 0;
        for (int i = 0; i < 20; i++)
        {
            double w = classifier.Parameters[0].Value[0, i];
            fooled[0, i] += a * w;
            length += w * w;
        }

        double before = classifier.Forward(x, Mode.Evaluate)[0];
        Assert.That(classifier.Forward(fooled, Mode.Evaluate)[0] - before, Is.EqualTo(a * length).Within(1e-13));
        Assert.That(Replays.Find("Y23")!.Run().Passed, Is.True, "the numbers of the linked post");
    }

    [Test]
    public void Y27_AuxiliaryHeadsAddTheirGradientsAtTheirWeights([Range(0, 4)] int seed)
    {
        Random random = Seeds.Create(seed);
        double[] weights = [1, 0.3, 0.3];
        Dense<double>[] heads = [new(3, 4), new(3, 4), new(3, 4)];
        for (int head = 0; head < 3; head++)
            heads[head].Initialize(seed, path: $"{head}");
        Tensor<double> features = LayerCase.RandomTensor<double>(new Shape(2, 3), random);
        Tensor<double> target = new(new Shape(2, 4), [0, 1, 0, 0, 0, 0, 0, 1]);
        SoftmaxCrossEntropy<double> loss = new();
        double Total() => heads.Zip(weights, (head, w) => w * loss.Forward(head.Forward(features, Mode.Train), target)).Sum();

        double[] sum = new double[features.Count];
        for (int head = 0; head < 3; head++)
        {
            loss.Forward(heads[head].Forward(features, Mode.Train), target);
            Tensor<double> dY = loss.Backward();
            foreach (ref double d in dY.Span)
                d *= weights[head];
            sum = [.. sum.Zip(heads[head].Backward(dY).Values.ToArray(), (s, d) => s + d)];
        }

        for (int i = 0; i < features.Count; i++)
        {
            double at = features.Values[i];
            features.Span[i] = at + H;
            double above = Total();
            features.Span[i] = at - H;
            double below = Total();
            features.Span[i] = at;
            Assert.That(sum[i], Is.EqualTo((above - below) / (2 * H)).Within(1e-9), "where the heads branch off, their gradients add");
        }
    }

    [Test]
    public void Y26_BytesBecomeSharesOfOneRowByRow()
    {
        byte[] pixels = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        double[] sample = new double[256];
        ImageSet images = new(pixels, new byte[1], rows: 8, columns: 32, ["picture"]);
        new PixelScaling().Apply<double>(new PixelScaling().Table<double>(), images, n: 0, sample);
        Tensor<double> image = new(new Shape(8, 32), sample);
        for (int y = 0; y < 8; y++)
        {
            for (int x = 0; x < 32; x++)
                Assert.That(image[y, x], Is.EqualTo((32 * y + x) / 255.0), $"{y} down, {x} to the right");
        }

        Assert.That(Replays.Find("Y26")!.Run().Passed, Is.True, "and three channels");
    }
}
