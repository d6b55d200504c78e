using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.LinearAlgebra;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>A training step that has been done before allocates nothing on the managed heap, on any thread.</summary>
[TestFixture, NonParallelizable]
public sealed class AllocationTests
{
    // As in an epoch and the validation after it: whole batches, the rest, and batches of another size.
    private static readonly int[] batchSizes = [8, 8, 3, 5, 8];

    // What a step allocates shows in every window; what a thread allocates when it takes part in some loop for the first time
    // shows in a few of them, and what the host of the tests allocates now and then in those that are long.
    private const int Windows = 500;

    private static readonly (string Name, Func<Sequential<float>> Create, Func<Loss<float>> Loss)[] networks =
    [
        ("LeNet5", () => LeNet5.Create<float>(seed: 1), () => new MaximumAPosteriori<float>(j: 10)),
        ("LeNet5Modern", () => LeNet5Modern.Create<float>(seed: 1), () => new SoftmaxCrossEntropy<float>()),
        ("MultilayerPerceptron", () => MultilayerPerceptron.Create<float>(seed: 1), () => new SoftmaxCrossEntropy<float>()),
        ("Perceptron", () => Perceptron.Create<float>(seed: 1), () => new PerceptronCriterion<float>()),
        ("the other layers", OtherLayers, () => new MulticlassHinge<float>()),
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
    public void AWarmStepAllocatesNothing(Func<Sequential<float>> create, Func<Loss<float>> createLoss, int threads)
    {
        ParallelLoop.MaxThreads = threads;
        Sequential<float> network = create();
        Loss<float> loss = createLoss();
        Momentum<float> optimizer = new(network.Parameters, learningRate: 1e-4, weightDecay: 1e-4);
        (Tensor<float> Images, Tensor<float> Targets)[] batches = [.. batchSizes.Select((size, i) => Batch(network, size, seed: i))];
        AssertAllocatesNothing(() =>
        {
            foreach ((Tensor<float> images, Tensor<float> targets) in batches)
            {
                loss.Forward(network.Forward(images, Mode.Train), targets);
                network.ClearGradients();
                network.Backward(loss.Backward());
                optimizer.Step();
            }
        });
    }

    [TestCase(1)]
    [TestCase(2)]
    public void AWarmStepOfSlicesAllocatesNothing(int threads)
    {
        ParallelLoop.MaxThreads = threads;
        static Learner<float> MakeLearner() => new(LeNet5Modern.Create<float>(seed: 1), new SoftmaxCrossEntropy<float>());
        Learner<float> learner = MakeLearner();
        Trainer<float> trainer = new(learner, new Momentum<float>(learner.Network.Parameters, learningRate: 1e-4), MakeLearner);
        Batch<float>[] batches = [.. new[] { 64, 40, 8 }.Select((size, i) =>
        {
            (Tensor<float> images, Tensor<float> targets) = Batch(learner.Network, size, seed: i);
            return new Batch<float>(images, targets, new byte[size]);
        })];
        AssertAllocatesNothing(() =>
        {
            foreach (Batch<float> batch in batches)
                trainer.Step(batch);
        });
    }

    [TestCaseSource(nameof(Optimizers))]
    public void AWarmStepOfAnOptimiserAllocatesNothing(Func<IReadOnlyList<Parameter<float>>, Optimizer<float>> create)
    {
        ParallelLoop.MaxThreads = 2;
        Optimizer<float> optimizer = create(MultilayerPerceptron.Create<float>(seed: 1).Parameters);
        AssertAllocatesNothing(optimizer.Step);
    }

    private static void AssertAllocatesNothing(Action step)
    {
        List<long> allocated = [];
        do
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            step();
            allocated.Add(GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        while (allocated[^1] > 0 && allocated.Count < Windows);

        Assert.That(allocated[^1], Is.Zero, $"bytes in the last windows: {string.Join(", ", allocated.TakeLast(20))}");
    }

    private static (Tensor<float> Images, Tensor<float> Targets) Batch(Sequential<float> network, int size, int seed)
    {
        Tensor<float> images = LayerCase.RandomTensor<float>(network.Input.Batch(size), Seeds.Create(seed));
        Tensor<float> targets = new(network.OutputShape(network.Input).Batch(size));
        for (int n = 0; n < size; n++)
            targets[n, n % targets.Shape[1]] = 1;
        return (images, targets);
    }

    private static Sequential<float> OtherLayers()
    {
        Random random = Seeds.Create(1);
        return new Sequential<float>(new Shape(2, 12, 12),
            new Convolution2D<float>(2, 4, kernel: 3, random, padding: 1),
            new BatchNormalization<float>(4),
            new ReLU<float>(),
            new MaxPooling2D<float>(2),
            new Residual<float>(new Sequential<float>(new Shape(4, 6, 6),
                new Convolution2D<float>(4, 4, kernel: 3, random, padding: 1),
                new BatchNormalization<float>(4))),
            new Residual<float>(new Convolution2D<float>(4, 6, kernel: 1, random), new Convolution2D<float>(4, 6, kernel: 1, random)),
            new Subsampling2D<float>(6, PoolingGeometry.Square(1), random),
            new AveragePooling2D<float>(PoolingGeometry.Square(3, stride: 1, padding: 1)),
            new Softmax<float>(),
            new Flatten<float>(),
            new Dropout<float>(0.5, seed: 1),
            new Dense<float>(216, 10, random),
            new BatchNormalization<float>(10));
    }

    private static Sequential<float> Activations() => new(new Shape(10),
        new Tanh<float>(), new ScaledTanh<float>(), new Sigmoid<float>(), new ReLU<float>(), new LeakyReLU<float>(), new Elu<float>(), new Softplus<float>(),
        new PReLU<float>(10), new Maxout<float>(pieces: 2));
}
