using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Geometry;
using RefNet.Gpu;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Tests.Gpu.Backend;

/// <summary>The layers of the engine train on a card as on the definitions, and only what has to crosses.</summary>
[TestFixture]
internal sealed class CudaTrainingTests
{
    private const int Steps = 20, Samples = 3;

    private static Architecture[] Models => [new LeNet5Modern(), new LeNet5(), new MultilayerPerceptron()];

    // Rounding errors of a step are as if parameters and images had been a little different: relatively by n u each, with n
    // terms in the longest sum, a few hundred here (Higham 2002, section 3.1). How far a difference of that kind goes is
    // measured: parameters that differ by 2⁻³⁰ relatively give losses that differ by D. Each of the 20 steps adds its errors, in
    // both runs; 4 for a difference that goes further than the one that was tried.
    private static double Bound(double difference) => 4 * 2 * Steps * 400 * Math.Pow(2, -53) / Math.Pow(2, -30) * difference;

    [TestCaseSource(nameof(Models))]
    public void ModelsTrainAsOnTheDefinitions(Architecture model) => TrainsAsOnTheDefinitions(() => model.Create<double>(seed: 1), model.CreateLoss<double>);

    [Test]
    public void AResidualNetworkWithBatchNormalizationTrainsAsOnTheDefinitions() =>
        TrainsAsOnTheDefinitions(Residual, () => new SoftmaxCrossEntropy<double>());

    private static void TrainsAsOnTheDefinitions(Func<Network<double>> create, Func<Loss<double>> createLoss)
    {
        double[] expected = Train(create(), new ReferenceBackend<double>(), createLoss), near = Train(Perturbed(create()), new ReferenceBackend<double>(), createLoss), found, withGraphs;
        using (FakeCard<double> card = new(new CudaOptions { ColumnBytes = 1 << 18 }))
            found = Train(create(), card.Backend, createLoss);
        using (FakeCard<double> card = new(new CudaOptions { ColumnBytes = 1 << 18, UseGraphs = true }))
            withGraphs = Train(create(), card.Backend, createLoss);

        Assert.That(withGraphs, Is.EqualTo(found), "graphs give the same bits");
        double difference = expected.Zip(near, (a, b) => Math.Abs(a - b)).Max(), bound = Bound(difference);
        TestContext.Out.WriteLine($"loss {expected[0]:F4} to {expected[^1]:F4}; bound {bound:G3}, found {expected.Zip(found, (a, b) => Math.Abs(a - b)).Max():G3}");
        Assert.That(expected[^1], Is.LessThan(expected[0]), "it learns");
        Assert.That(bound, Is.LessThan(1e-6 * expected[^1]), "a bound that allows everything shows nothing");
        for (int step = 0; step < Steps; step++)
            Assert.That(found[step], Is.EqualTo(expected[step]).Within(bound), $"the loss of step {step}");
    }

    [Test]
    public void AWarmStepMovesImagesTargetsLossAndErrorsOnly([Values] bool residual, [Values("momentum", "nesterov", "adam")] string optimizer)
    {
        Network<float> network = residual ? Residual<float>() : new LeNet5Modern().Create<float>(seed: 1);
        using FakeCard<float> card = new(new CudaOptions { Strict = true });
        (Trainer<float> trainer, Batch<float> batch) = On(network, card.Backend, () => new SoftmaxCrossEntropy<float>(), optimizer);
        trainer.Step(batch);
        string first = network.Layers[0].Name;
        Assert.That(card.Backend.Crossings.All.Where(crossing => crossing.ToCard).Sum(crossing => crossing.Numbers),
            Is.EqualTo(batch.Images.Count + batch.Targets.Values.Count + network.Parameters.Sum(parameter => parameter.Count) + VariancesOf(network)), "parameters cross once, and running variances, which begin at 1");

        long bytes = card.Backend.AllocatedBytes;
        for (int step = 0; step < 3; step++)
        {
            card.Backend.Crossings.Clear();
            Rewrite(batch);
            int before = card.Cuda.Calls.Count;
            trainer.Step(batch);
            Assert.That(card.Backend.Crossings.All, Is.EquivalentTo(new Crossing[]
            {
                new(first, ToCard: true, batch.Images.Count, batch.Images.Count * sizeof(float), 1),
                new(nameof(IBackend<>.SoftmaxCrossEntropy), ToCard: true, batch.Targets.Values.Count, batch.Targets.Values.Count * sizeof(float), 1),
                new(nameof(IBackend<>.SoftmaxCrossEntropy), ToCard: false, 1, sizeof(float), 1),
                new(nameof(IBackend<>.CountErrors), ToCard: false, 1, sizeof(float), 1),
            }));
            string[] calls = [.. card.Cuda.Calls.Skip(before)];
            Assert.That(calls.Count(call => call == "cuStreamSynchronize"), Is.EqualTo(2), "only the loss and the errors are waited for");
            Assert.That(calls, Does.Not.Contain("cuMemAlloc_v2").And.Not.Contain("cuMemHostAlloc"));
        }

        Assert.That(card.Backend.AllocatedBytes, Is.EqualTo(bytes), "a warm step allocates nothing");
        foreach (Parameter<float> parameter in network.Parameters)
            Assert.That(parameter.Value.Values.ContainsAnyExcept(0f), Is.True, "outside of layers, the host may read");
    }

    [Test]
    public void ALayerOfPlainLoopsTrainsAndWhatItMovesIsReportedByItsName()
    {
        double[] expected = Train(WithSquare(), new ReferenceBackend<double>(), () => new SoftmaxCrossEntropy<double>());
        using FakeCard<double> card = new();
        Assert.That(Train(WithSquare(), card.Backend, () => new SoftmaxCrossEntropy<double>()), Is.EqualTo(expected).Within(1e-9));

        // x forward; dY backward, x being there still. What it writes crosses for the layer that takes it.
        Crossing square = card.Backend.Crossings.All.Single(crossing => crossing.Layer == "MySquare");
        Assert.That(square, Is.EqualTo(new Crossing("MySquare", ToCard: false, 2 * Steps * Samples * 10, 2 * Steps * Samples * 10 * sizeof(double), 2 * Steps)));
        Assert.That(card.Backend.Crossings.ToString(), Does.Contain("MySquare: 1,200 numbers to the host, 40 times"));
    }

    [Test]
    public void StrictNamesTheLayerThatMovesNumbers()
    {
        using FakeCard<double> card = new(new CudaOptions { Strict = true });
        Assert.That(() => Train(WithSquare(), card.Backend, () => new SoftmaxCrossEntropy<double>()), Throws.TypeOf<InputException>().With.Message.EqualTo(
            "MySquare reads the tensor 3x10, which Dense2 has computed on the card, on the host: "
            + "CudaOptions.Strict allows only what has to cross. Use operations of Backend, or turn Strict off."));
    }

    [Test]
    public void AFunctionWithoutAKernelIsComputedOnTheHostAndReported()
    {
        Network<double> network = new(new Shape(1, 4, 4), seed: 1, new Flatten<double>(), new Dense<double>(16, 5), new Cube { Name = "Cube" });
        using FakeCard<double> card = new();
        network.To(card.Backend);
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 1, 4, 4), Seeds.Create(1));
        network.Forward(x, Mode.Train);
        Assert.That(card.Backend.Crossings.All, Does.Contain(new Crossing("Cube", ToCard: false, 10, 10 * sizeof(double), 1)));
    }

    [Test]
    public void TensorsThatAreDroppedGiveTheirMemoryBack()
    {
        using FakeCard<float> card = new();
        card.Cuda.DeviceBytes = 64 << 20;
        for (int i = 0; i < 100; i++)
            card.Backend.Fill(new Tensor<float>(new Shape(1 << 20)), 1); // 4 MiB each
        Assert.That(card.Backend.AllocatedBytes, Is.GreaterThan(64 << 20), "memory was freed and allocated again");
    }

    [Test]
    public void WhatDoesNotFitOnTheCardIsAnErrorAndTheBackendWorksOn()
    {
        using FakeCard<float> card = new();
        card.Cuda.DeviceBytes = 1 << 20;
        CudaException error = Assert.Throws<CudaException>(() => card.Backend.Fill(new Tensor<float>(new Shape(1 << 20)), 1))!;
        Assert.That((error.Call, error.Status), Is.EqualTo(("cuMemAlloc_v2", 2)));
        card.Backend.Fill(new Tensor<float>(new Shape(10)), 1);
    }

    [Test]
    public void NumbersThatWereLeftOnAClosedCardCannotBeRead()
    {
        Tensor<float> x = new(new Shape(3)), y = new(new Shape(3));
        using (FakeCard<float> card = new())
        {
            card.Backend.Fill(x, 1);
            card.Backend.Fill(y, 2);
            y.LeaveDevice();
        }

        Assert.That(y.Values.ToArray(), Is.All.EqualTo(2f));
        Assert.That(() => x.Values.Length, Throws.TypeOf<ObjectDisposedException>());
    }

    private static double[] Train(Network<double> network, IBackend<double> backend, Func<Loss<double>> createLoss)
    {
        (Trainer<double> trainer, Batch<double> batch) = On(network, backend, createLoss);
        return [.. Enumerable.Range(0, Steps).Select(_ => trainer.Step(batch).Loss)];
    }

    private static (Trainer<T>, Batch<T>) On<T>(Network<T> network, IBackend<T> backend, Func<Loss<T>> createLoss, string optimizer = "momentum") where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        network.To(backend);
        Shape output = network.OutputShape(network.InputShape).Batch(Samples);
        Tensor<T> images = LayerCase.RandomTensor<T>(network.InputShape.Batch(Samples), Seeds.Create(1)), targets = new(output);
        for (int n = 0; n < Samples; n++)
            targets[n, 3 * n % output[1]] = T.One;
        Objective<T> objective = new(network, createLoss);
        return (new Trainer<T>(objective, Create(network.Parameters, optimizer)), new Batch<T>(images, targets));
    }

    private static Optimizer<T> Create<T>(IReadOnlyList<Parameter<T>> parameters, string optimizer) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => optimizer switch
    {
        "nesterov" => new Nesterov<T>(parameters, learningRate: 0.01, momentum: 0.5, weightDecay: 0.0005),
        "adam" => new Adam<T>(parameters, learningRate: 0.01, weightDecay: 0.0005),
        _ => new Momentum<T>(parameters, learningRate: 0.01, momentum: 0.5, weightDecay: 0.0005),
    };

    // As the next batch does: the same memory, other numbers.
    private static void Rewrite(Batch<float> batch)
    {
        foreach (Tensor<float> tensor in new[] { batch.Images, batch.Targets.Values })
            tensor.CopyFrom(tensor.Values.ToArray());
    }

    private static Network<double> Perturbed(Network<double> network)
    {
        Random random = Seeds.Create(2);
        foreach (Parameter<double> parameter in network.Parameters)
        {
            foreach (ref double value in parameter.Value.Span)
                value *= 1 + (random.Next(2) == 0 ? 1 : -1) * Math.Pow(2, -30);
        }

        return network;
    }

    private static Network<double> Residual() => Residual<double>();

    private static Network<T> Residual<T>() where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        return new Network<T>(new Shape(2, 8, 8), seed: 1,
            new Convolution2D<T>(2, 4, kernel: 3, padding: 1), new BatchNormalization<T>(4), new ReLU<T>(),
            new Sum<T>(Branch(4, 4, stride: 1), new Identity<T>()), new ReLU<T>(),
            new Sum<T>(Branch(4, 6, stride: 2), new Sequential<T>(new Convolution2D<T>(4, 6, Square(1, 2, 0), useBias: false), new BatchNormalization<T>(6))), new ReLU<T>(),
            new MaxPooling2D<T>(2), new Flatten<T>(), new Dense<T>(6 * 2 * 2, 10));

        static Sequential<T> Branch(int inputs, int outputs, int stride) => new(
            new Convolution2D<T>(inputs, outputs, Square(3, stride, 1), useBias: false), new BatchNormalization<T>(outputs), new ReLU<T>(),
            new Convolution2D<T>(outputs, outputs, Square(3, 1, 1), useBias: false), new BatchNormalization<T>(outputs));

        static ConvolutionGeometry Square(int kernel, int stride, int padding) => ConvolutionGeometry.Square(kernel, stride, padding) with { Rounding = Rounding.Floor };
    }

    private static int VariancesOf(Network<float> network) => network.Buffers.Where(buffer => buffer.Name == "runningVariance").Sum(buffer => buffer.Value.Count);

    private static Network<double> WithSquare() => new(new Shape(1, 4, 4), seed: 1,
        new Flatten<double>(), new Dense<double>(16, 10), new Square { Name = "MySquare" }, new Dense<double>(10, 10));

    // What a student writes.
    private sealed class Square : Layer<double>
    {
        public override Shape OutputShape(Shape input) => input;

        protected override void Forward(Tensor<double> x, Tensor<double> y, Mode mode)
        {
            for (int i = 0; i < x.Count; i++)
                y.Span[i] = x.Values[i] * x.Values[i];
        }

        protected override void Backward(Tensor<double> x, Tensor<double> y, Tensor<double> dY, Tensor<double>? dX)
        {
            for (int i = 0; i < x.Count; i++)
                dX!.Span[i] = 2 * x.Values[i] * dY.Values[i];
        }
    }

    private sealed class Cube : Activation<double>
    {
        public override double Value(double x) => x * x * x;

        public override double Slope(double x, double y) => 3 * x * x;
    }
}
