using NUnit.Framework;
using RefNet.Backends.Simd;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Regularizers;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>A training step that has been done before allocates nothing on the managed heap, on any thread.</summary>
[TestFixture, NonParallelizable]
public sealed class AllocationTests
{
    // As in an epoch and the validation after it: whole batches, the rest, and batches of another size.
    private static readonly int[] batchSizes = [8, 8, 3, 5, 8];

    // What a step allocates shows in every round; what a thread allocates when it takes part in some loop for the first time
    // shows in a few of them, and so does what the host of the tests allocates now and then: a window is one step, to be short.
    private const int Rounds = 500;

    private static readonly (string Name, Func<Network<float>> Create, Func<Loss<float>> Loss)[] networks =
    [
        .. Architectures.All.DistinctBy(architecture => architecture.GetType()).Select(architecture =>
            (architecture.Name, (Func<Network<float>>)(() => architecture.CreateNarrow<float>(seed: 1)), (Func<Loss<float>>)architecture.CreateLoss<float>)),
        ("the other layers", OtherLayers, () => new MulticlassHinge<float>()),
        ("blocks", Blocks, () => new SoftmaxCrossEntropy<float>()),
        ("layers of architectures", OfArchitectures, () => new SoftmaxCrossEntropy<float>()),
        ("activations", Activations, () => new MeanSquaredError<float>()),
    ];

    public static IEnumerable<TestCaseData> Networks =>
        from network in networks
        from threads in new[] { 1, 2 }
        select new TestCaseData(network.Create, network.Loss, threads).SetArgDisplayNames(network.Name, $"{threads} thread(s)");

    public static IEnumerable<TestCaseData> Optimizers => new (string, Func<IReadOnlyList<Parameter<float>>, Optimizer<float>>)[]
    {
        ("gradient descent", parameters => new StochasticGradientDescent<float>(parameters, 1e-4)),
        ("momentum", parameters => new Momentum<float>(parameters, 1e-4)),
        ("momentum by steps", parameters => new Momentum<float>(parameters, 1e-4, form: MomentumForm.Steps)),
        ("Nesterov", parameters => new Nesterov<float>(parameters, 1e-4)),
        ("AdaGrad", parameters => new AdaGrad<float>(parameters, 1e-4)),
        ("RMSProp", parameters => new RmsProp<float>(parameters, 1e-4)),
        ("Adam", parameters => new Adam<float>(parameters, 1e-4)),
        ("Adadelta", parameters => new Adadelta<float>(parameters, 1e-4)),
    }.Select(c => new TestCaseData(c.Item2).SetArgDisplayNames(c.Item1));

    private int threadsBefore;

    [SetUp]
    public void RememberThreads() => threadsBefore = ParallelLoop.MaxThreads;

    [TearDown]
    public void RestoreThreads() => ParallelLoop.MaxThreads = threadsBefore;

    [TestCaseSource(nameof(Networks))]
    public void AWarmStepAllocatesNothing(Func<Network<float>> create, Func<Loss<float>> createLoss, int threads)
    {
        ParallelLoop.MaxThreads = threads;
        Network<float> network = create();
        Loss<float> loss = createLoss();
        Momentum<float> optimizer = new(network.Parameters, learningRate: 1e-4, weightDecay: 1e-4);
        (Tensor<float> Images, Tensor<float> Targets)[] batches = [.. batchSizes.Select((size, i) => Batch(network, size, seed: i))];
        AssertAllocatesNothing([.. batches.Select(batch => (Action)(() =>
        {
            loss.Forward(network.Forward(batch.Images, Mode.Train), batch.Targets);
            network.ClearGradients();
            network.Backward(loss.Backward());
            optimizer.Step();
        }))]);
    }

    [TestCaseSource(nameof(Networks))]
    public void AWarmStepOfATrainerAllocatesNothing(Func<Network<float>> create, Func<Loss<float>> createLoss, int threads)
    {
        ParallelLoop.MaxThreads = threads;
        Objective<float> objective = new(create(), createLoss, new L2Regularizer<float>(1e-4));
        Trainer<float> trainer = new(objective, new Momentum<float>(objective.Network.Parameters, learningRate: 1e-4));
        AssertAllocatesNothing(StepsOn(trainer, objective.Network, batchSizes));
    }

    [TestCase(1)]
    [TestCase(2)]
    public void AWarmStepOfSlicesAllocatesNothing(int threads)
    {
        ParallelLoop.MaxThreads = threads;
        static Objective<float> MakeObjective() => new(new LeNet5Modern().Create<float>(seed: 1), () => new SoftmaxCrossEntropy<float>());
        Objective<float> objective = MakeObjective();
        Assert.That(DataParallel<float>.Suits(objective.Network), Is.True);
        Trainer<float> trainer = new(objective, new Momentum<float>(objective.Network.Parameters, learningRate: 1e-4), MakeObjective);
        AssertAllocatesNothing(StepsOn(trainer, objective.Network, 64, 40, 8));
    }

    [TestCase(1)]
    [TestCase(2)]
    public void AWarmStepWithEverythingAllocatesNothing(int threads)
    {
        ParallelLoop.MaxThreads = threads;
        Objective<float> objective = new(new Digits().Create<float>(seed: 1), () => new SoftmaxCrossEntropy<float>(labelSmoothing: 0.05));
        Network<float> network = objective.Network;
        Trainer<float> trainer = new(objective, new Nesterov<float>(network.Parameters, learningRate: 1e-4, weightDecay: 1e-4))
        {
            Clipping = new GradientClipping<float>(network.Parameters, largestNorm: 0.1),
            Average = new WeightAverage<float>(network, new Digits().Create<float>(seed: 2), decay: 0.9),
            BatchesPerStep = 2,
        };
        AssertAllocatesNothing(StepsOn(trainer, network, 8, 3, 8, 3));
    }

    [TestCaseSource(nameof(Optimizers))]
    public void AWarmStepOfAnOptimiserAllocatesNothing(Func<IReadOnlyList<Parameter<float>>, Optimizer<float>> create)
    {
        ParallelLoop.MaxThreads = 2;
        Optimizer<float> optimizer = create(new MultilayerPerceptron().Create<float>(seed: 1).Parameters);
        AssertAllocatesNothing(optimizer.Step);
    }

    // Does the steps in turn, round after round, until each has once allocated nothing.
    private static void AssertAllocatesNothing(params Action[] steps)
    {
        long[] fewest = [.. steps.Select(_ => long.MaxValue)];
        for (int round = 0; round < Rounds && fewest.Any(bytes => bytes > 0); round++)
        {
            for (int i = 0; i < steps.Length; i++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                steps[i]();
                fewest[i] = Math.Min(fewest[i], GC.GetTotalAllocatedBytes(precise: true) - before);
            }
        }

        Assert.That(fewest, Is.All.Zero, $"the fewest bytes that each of the steps allocated, of {Rounds} times");
    }

    private static Action[] StepsOn(Trainer<float> trainer, Network<float> network, params int[] sizes)
    {
        return [.. sizes.Select((size, i) =>
        {
            (Tensor<float> images, Tensor<float> targets) = Batch(network, size, seed: i);
            Batch<float> batch = new(images, targets);
            return (Action)(() => trainer.Step(batch));
        })];
    }

    private static (Tensor<float> Images, Tensor<float> Targets) Batch(Network<float> network, int size, int seed)
    {
        Tensor<float> images = LayerCase.RandomTensor<float>(network.InputShape.Batch(size), Seeds.Create(seed));
        Shape outputs = network.OutputShape(network.InputShape).Batch(size);
        Targets<float> targets = new([.. Enumerable.Range(0, outputs.Count / outputs[1]).Select(n => n % outputs[1])], outputs);
        return (images, targets.Values);
    }

    private static Network<float> OtherLayers() => new(new Shape(2, 12, 12), seed: 1,
        new Convolution2D<float>(2, 4, kernel: 3, padding: 1),
        new BatchNormalization<float>(4),
        new ReLU<float>(),
        new MaxPooling2D<float>(2),
        new Sum<float>(
            new Sequential<float>(new Convolution2D<float>(4, 4, kernel: 3, padding: 1), new BatchNormalization<float>(4)),
            new Identity<float>()),
        new Sum<float>(new Convolution2D<float>(4, 6, kernel: 1), new Convolution2D<float>(4, 6, kernel: 1)),
        new Subsampling2D<float>(6, PoolingGeometry.Square(1)),
        new AveragePooling2D<float>(PoolingGeometry.Square(3, stride: 1, padding: 1)),
        new Softmax<float>(),
        new Flatten<float>(),
        new Dropout<float>(0.5),
        new Dense<float>(216, 10),
        new BatchNormalization<float>(10));

    private static Network<float> Blocks() => new(new Shape(2, 8, 8), seed: 1,
        new Concatenation<float>(new Convolution2D<float>(2, 3, kernel: 1), new Convolution2D<float>(2, 5, kernel: 3, padding: 1), new Identity<float>()),
        new Product<float>(new Identity<float>(), new Sequential<float>(new Convolution2D<float>(10, 10, kernel: 1), new Sigmoid<float>())),
        new Product<float>(
            new Identity<float>(),
            new Sequential<float>(new AveragePooling2D<float>(8), new Flatten<float>(), new Dense<float>(10, 10), new Sigmoid<float>())),
        new SideHead<float>(new Sequential<float>(new Flatten<float>(), new Dense<float>(640, 10)), weight: 0.3),
        new Crop<float>(1, 1, 6, 6),
        new Flatten<float>(),
        new Dense<float>(360, 10));

    private static Network<float> OfArchitectures() => new(new Shape(4, 6, 6), seed: 1,
        new ZeroPadding2D<float>(1),
        new SeparableConvolution2D<float>(4, 8, kernel: 3),
        new LocalResponseNormalization<float>(),
        new ChannelShuffle<float>(2),
        new Sum<float>(new Sequential<float>(new Convolution2D<float>(8, 8, kernel: 3, padding: 1), new StochasticDepth<float>(0.8)), new Identity<float>()),
        new Sum<float>(new Convolution2D<float>(8, 12, kernel: 2, stride: 2), new PaddedShortcut<float>(8, 12)),
        new SqueezeExcitation<float>(12, reduction: 3),
        new MaxUnpooling2D<float>(new MaxPooling2D<float>(3), new Tanh<float>()),
        new XceptionBlock<float>(12, 12, PoolingGeometry.Same(3, 3, stride: 2)),
        new ShuffleNetUnit<float>(12, 12, groups: 3),
        new TransposedConvolution2D<float>(12, 6, kernel: 2, stride: 2),
        new NearestUpsampling2D<float>(2),
        new BilinearUpsampling2D<float>(2),
        new GlobalAveragePooling2D<float>(),
        new FourierFeatures<float>(6, 8, sigma: 0.5),
        new Dense<float>(16, 10));

    private static Network<float> Activations() => new(new Shape(10), seed: 1,
        new Tanh<float>(), new ScaledTanh<float>(), new Sigmoid<float>(), new ReLU<float>(), new LeakyReLU<float>(), new Elu<float>(), new Softplus<float>(),
        new PReLU<float>(10), new Maxout<float>(pieces: 2));
}
