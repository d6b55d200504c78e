using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Lectures;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Data;
using RefNet.Training;

namespace RefNet.Tests.Lectures;

/// <summary>What the lectures claim, put to the test (rows C of docs/lectures.md).</summary>
[TestFixture]
public sealed class ClaimTests
{
    // f(x) = (x² - 1)² + 0.3 x has a minimum at 0.96 and a deeper one at -1.04. Both start at 1.6, above the first.
    [TestCase(0, 0.96), TestCase(0.97, -1.04)]
    public void C3_MomentumRollsOutOfALocalMinimum(double momentum, double end)
    {
        Parameter<double> x = new("x", new Shape(1), isWeight: false);
        x.Value[0] = 1.6;
        Momentum<double> optimizer = new([x], learningRate: 0.01, momentum);
        for (int step = 0; step < 3000; step++)
        {
            x.Gradient[0] = 4 * x.Value[0] * (x.Value[0] * x.Value[0] - 1) + 0.3;
            optimizer.Step();
        }

        Assert.That(x.Value[0], Is.EqualTo(end).Within(0.01));
    }

    [Test]
    public void C4_UnderAConstantGradientAdaGradSlowsDownWithTheRootOfTimeAndRmsPropDoesNot()
    {
        double[] adaGrad = Steps(theta => new AdaGrad<double>(theta, 0.1)), rmsProp = Steps(theta => new RmsProp<double>(theta, 0.1));
        Assert.That(adaGrad[3] / adaGrad[0], Is.EqualTo(1 / 2.0).Within(1e-6));
        Assert.That(adaGrad[99] / adaGrad[0], Is.EqualTo(1 / 10.0).Within(1e-6));
        Assert.That(rmsProp[999] / rmsProp[998], Is.EqualTo(1).Within(1e-4));
        Assert.That(rmsProp[999], Is.EqualTo(0.1).Within(1e-3));

        static double[] Steps(Func<Parameter<double>[], Optimizer<double>> create)
        {
            Parameter<double> theta = new("theta", new Shape(2), isWeight: false);
            Optimizer<double> optimizer = create([theta]);
            List<double> steps = [];
            for (int step = 0; step < 1000; step++)
            {
                double before = theta.Value[0];
                (theta.Gradient[0], theta.Gradient[1]) = (1, 100);
                optimizer.Step();
                steps.Add(before - theta.Value[0]);
                Assert.That(theta.Value[1], Is.EqualTo(theta.Value[0]).Within(1e-3), "diagonal, whatever the scales are");
            }

            return [.. steps];
        }
    }

    [TestCase("alexnet", 96.2, 91.9)]
    [TestCase("vgg16", 89.4, 99.2)]
    public void C7_DenseLayersHaveTheParametersAndConvolutionsTheProducts(string model, double parametersOfDense, double productsOfConvolutions)
    {
        Network<float> network = Architectures.Find(model).Create<float>(seed: 1);
        Dense<float>[] dense = [.. network.Walk().Select(place => place.Layer).OfType<Dense<float>>()];
        double all = network.Parameters.Sum(parameter => (double)parameter.Count), products = network.Cost(network.InputShape).MultiplyAccumulates;
        Assert.That(100 * dense.Sum(layer => layer.Parameters.Sum(parameter => (double)parameter.Count)) / all, Is.EqualTo(parametersOfDense).Within(0.05));
        Assert.That(100 * (1 - dense.Sum(layer => (double)layer.Parameters[0].Count) / products), Is.EqualTo(productsOfConvolutions).Within(0.05));
    }

    [Test]
    public void C8_TenSigmoidsLetAtMostAMillionthOfTheGradientThrough([Range(0, 4)] int seed)
    {
        Network<double> network = new(new Shape(20), seed, [.. Enumerable.Range(0, 10).Select(_ => new Sigmoid<double>())]);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(3, 20), Seeds.Create(seed));
        network.Forward(x, Mode.Train);
        Tensor<double> ones = new(x.Shape);
        ones.Span.Fill(1);
        double largest = network.Backward(ones).Values.ToArray().Max(Math.Abs);
        Assert.That(largest, Is.GreaterThan(0).And.LessThanOrEqualTo(Math.Pow(0.25, 10)));
    }

    [Test]
    public void C14_Three3x3SeeWhatOne7x7SeesWith27WeightsFor49()
    {
        Assert.That(ReceptiveFields.Of(3, 1, 1, 1), Is.EqualTo(7).And.EqualTo(ReceptiveFields.Of(7, 1)));
        static int Weights(int kernel) => new Convolution2D<float>(8, 8, kernel, useBias: false).Parameters[0].Count;
        Assert.That((3 * Weights(3), Weights(7)), Is.EqualTo((27 * 64, 49 * 64)));
    }

    [Test]
    public void C15_WeightsOfAConvolutionAndOfADenseLayerInItsPlace()
    {
        (long Shared, long Dense) Of(Convolution2D<float> layer, Shape input, int bias) =>
            (layer.Parameters.Sum(parameter => (long)parameter.Count), (long)(input.Count + bias) * layer.OutputShape(input).Count);
        Assert.That(Of(new Convolution2D<float>(3, 96, 11, stride: 4), new Shape(3, 227, 227), 0), Is.EqualTo((34_944L, 44_892_064_800L)), "AlexNet's first layer");
        Assert.That(Of(new Convolution2D<float>(1, 6, 5), new Shape(1, 32, 32), 1), Is.EqualTo((156L, 4_821_600L)), "LeNet-5's first layer");
    }

    // Batches drawn with replacement: 2,000 of each size give a variance to some 3 % (√(2/2000)).
    // Every patch of 15x15, one for each pixel that has a whole one, against the same layers over the whole image.
    [Test]
    public void C17_PatchByPatchSegmentationRepeatsMostOfTheWork()
    {
        const int Side = 64, Field = 15, Places = Side - Field + 1;
        Network<double> OfSize(int side) => new(new Shape(1, side, side), seed: 17,
            new Convolution2D<double>(1, 8, kernel: 5), new ReLU<double>(), new Convolution2D<double>(8, 16, kernel: 5), new ReLU<double>(), new Convolution2D<double>(16, 3, kernel: 7));
        Network<double> whole = OfSize(Side), patch = OfSize(Field);
        Tensor<double> image = LayerCase.RandomTensor<double>(new Shape(1, 1, Side, Side), Seeds.Create(17)), scores = whole.Predict(image).Clone();
        foreach ((int row, int column) in new[] { (0, 0), (7, 31), (49, 49) })
        {
            Tensor<double> cut = new(new Shape(1, 1, Field, Field));
            for (int i = 0; i < Field; i++)
                for (int j = 0; j < Field; j++)
                    cut[0, 0, i, j] = image[0, 0, row + i, column + j];
            Tensor<double> one = patch.Predict(cut);
            for (int c = 0; c < 3; c++)
                Assert.That(one[0, c, 0, 0], Is.EqualTo(scores[0, c, row, column]).Within(1e-12), "the same score");
        }

        double shared = whole.Cost(whole.InputShape).MultiplyAccumulates, repeated = (double)Places * Places * patch.Cost(patch.InputShape).MultiplyAccumulates;
        Assert.That(shared, Is.EqualTo(60 * 60 * 200 + 56 * 56 * 3200 + 50 * 50 * 2352));
        Assert.That(repeated, Is.EqualTo(2500.0 * (11 * 11 * 200 + 7 * 7 * 3200 + 2352)));
        Assert.That(repeated / shared, Is.EqualTo(27.55).Within(0.01));
    }

    [Test]
    public void C20_TheVarianceOfTheGradientOfAMiniBatchFallsWithItsSize()
    {
        Random random = Seeds.Create(20);
        Tensor<double> images = LayerCase.RandomTensor<double>(new Shape(50, 3), random);
        Network<double> network = new(new Shape(3), seed: 1, new Dense<double>(3, 2));
        Objective<double> objective = new(network, () => new SoftmaxCrossEntropy<double>());
        double Variance(int size)
        {
            List<double> gradients = [];
            for (int batch = 0; batch < 2000; batch++)
            {
                int[] chosen = [.. Enumerable.Range(0, size).Select(_ => random.Next(50))];
                Tensor<double> x = new(new Shape(size, 3));
                for (int n = 0; n < size; n++)
                    images.Sample(chosen[n]).CopyTo(x.SampleSpan(n));
                objective.ComputeGradients(x, new Targets<double>([.. chosen.Select(n => n % 2)], new Shape(size, 2)));
                gradients.Add(network.Parameters[0].Gradient[0, 0]);
            }

            return Math.Pow(Spread.Of(gradients).Deviation, 2);
        }

        double one = Variance(1);
        foreach (int size in new[] { 4, 16 })
            Assert.That(size * Variance(size) / one, Is.EqualTo(1).Within(0.2), $"{size} images");
    }

    [Test]
    public void C21_PooledActivationsChangeLessWhenTheImageMovesByAPixel()
    {
        Convolution2D<double> convolution = new(1, 8, kernel: 5);
        Network<double> network = new(new Shape(1, 28, 28), seed: 1, convolution, new ReLU<double>(), new MaxPooling2D<double>(4) { Name = "pool" });
        ImageSet digits = Mnist.Load(DataFolder.Mnist).Training.Take(40);
        double before = 0, after = 0;
        foreach (Batch<double> batch in new Batches<double>(digits, new PixelScaling(), batchSize: 1).InOrder())
        {
            Tensor<double> x = batch.Images.Clone(), moved = new(x.Shape);
            for (int i = 0; i < 28; i++)
                for (int j = 1; j < 28; j++)
                    moved[0, 0, i, j] = x[0, 0, i, j - 1];
            (double[] Maps, double[] Pooled) Of(Tensor<double> image)
            {
                double[] pooled = network.Forward(image, Mode.Evaluate).Values.ToArray();
                return (network.Layers[1].Output!.Values.ToArray(), pooled);
            }

            (double[] Maps, double[] Pooled) here = Of(x), there = Of(moved);
            before += Change(here.Maps, there.Maps);
            after += Change(here.Pooled, there.Pooled);
        }

        Assert.That(after, Is.LessThan(0.9 * before), "the relative change, summed over the digits");

        static double Change(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum() / a.Sum(x => x * x));
    }

    [Test]
    public void C22_AuxiliaryHeadsBringMoreGradientToTheFirstLayer()
    {
        double Norm(string model)
        {
            Network<double> network = Architectures.Find(model).CreateNarrow<double>(seed: 1);
            Tensor<double> x = LayerCase.RandomTensor<double>(network.InputShape.Batch(4), Seeds.Create(22));
            new Objective<double>(network, () => new SoftmaxCrossEntropy<double>()).ComputeGradients(x, new Targets<double>([0, 1, 2, 0], network.OutputShape(network.InputShape).Batch(4)));
            return Math.Sqrt(network.Parameters[0].Gradient.Values.ToArray().Sum(g => g * g));
        }

        Assert.That(Norm("googlenet-aux"), Is.GreaterThan(Norm("googlenet")));
    }
}
