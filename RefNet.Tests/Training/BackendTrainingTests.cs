using System.Numerics;
using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Backends.Simd;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>The same layers train alike on every backend.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class BackendTrainingTests<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Steps = 20;
    private const int Samples = 4;

    // The terms of the longest sum: the gradient of a weight of the first convolution, over all pixels of the batch.
    private const double LongestSum = Samples * 28 * 28;

    // How much the weights are disturbed to measure what rounding does to the loss.
    private const double Disturbance = 1e-7;

    private static readonly (string Name, Func<IBackend<T>> Create)[] backends =
    [
        ("simd", () => new SimdBackend<T>()),
        ("mathnet", () => new SimdBackend<T>(new MathNetGemm<T>())),
    ];

    public static IEnumerable<TestCaseData> Cases =>
        from network in new[] { "lenet5-modern", "mlp", "residual" }
        from backend in backends
        select new TestCaseData(network, backend.Create).SetArgDisplayNames(network, backend.Name);

    // The bound. A step with rounding computes what exact arithmetic would compute with weights that are changed by a relative amount
    // of about √n u, where n is the length of the longest sum and u the unit roundoff (Higham and Mary 2019: many roundings add up
    // like a random walk, so that the worst case, n u, is not seen). By the loss of step t, t such changes have acted on each of
    // the two backends, and each moves the loss by κ times its size. κ is measured, in double: the largest change of a loss up to
    // step t when all first weights change by ±Disturbance at random, over Disturbance, in 3 draws. The loss itself, a sum of
    // logarithms near its first value L, is rounded by a few u L. A factor of 4 is for draws that happen to be kind.
    [TestCaseSource(nameof(Cases))]
    public void TheLossesOf20StepsAreThoseOfTheReferenceBackend(string network, Func<IBackend<T>> createBackend)
    {
        double[] expected = Losses(network, new ReferenceBackend<T>());
        double[] found = Losses(network, createBackend());
        double[] exact = Losses(network, new SimdBackend<double>());
        double[][] disturbed = [.. Enumerable.Range(1, 3).Select(draw => Losses(network, new SimdBackend<double>(), draw))];

        double u = typeof(T) == typeof(float) ? Math.Pow(2, -24) : Math.Pow(2, -53);
        double kappa = 0;
        for (int step = 0; step < Steps; step++)
        {
            kappa = Math.Max(kappa, disturbed.Max(losses => Math.Abs(losses[step] - exact[step])) / Disturbance);
            double bound = 4 * 2 * u * ((step + 1) * Math.Sqrt(LongestSum) * kappa + exact[0]);
            TestContext.Out.WriteLine($"step {step + 1}: {expected[step]:R}, {found[step]:R}, off by {Math.Abs(found[step] - expected[step]):e1} of {bound:e1}");
            Assert.That(found[step], Is.EqualTo(expected[step]).Within(bound), $"loss of step {step + 1}");
        }

        Assert.That(expected[^1], Is.LessThan(expected[0] / 2), "the network learns");
    }

    private static double[] Losses<TNumber>(string name, IBackend<TNumber> backend, int disturbance = 0) where TNumber : unmanaged, IBinaryFloatingPointIeee754<TNumber>
    {
        Network<TNumber> network = name == "residual" ? Residual<TNumber>() : Architectures.Find(name).Create<TNumber>(seed: 1);
        network.To(backend);
        if (disturbance != 0)
            Disturb(network, Seeds.Create(disturbance));

        Objective<TNumber> objective = new(network, () => new SoftmaxCrossEntropy<TNumber>());
        Trainer<TNumber> trainer = new(objective, new Momentum<TNumber>(network.Parameters, learningRate: 0.01, weightDecay: 0.001));
        Batch<TNumber> batch = MakeBatch<TNumber>();
        return [.. Enumerable.Range(0, Steps).Select(_ => trainer.Step(batch).Loss)];
    }

    private static Network<TNumber> Residual<TNumber>() where TNumber : unmanaged, IBinaryFloatingPointIeee754<TNumber> => new(new Shape(1, 28, 28), seed: 1,
        new Convolution2D<TNumber>(1, 4, kernel: 3, padding: 1) { Name = "conv1" },
        new BatchNormalization<TNumber>(4) { Name = "bn1" },
        new ReLU<TNumber>(),
        new AveragePooling2D<TNumber>(2),
        new Sum<TNumber>(
            new Sequential<TNumber>(
                new Convolution2D<TNumber>(4, 4, kernel: 3, padding: 1) { Name = "conv1" },
                new BatchNormalization<TNumber>(4) { Name = "bn1" },
                new ReLU<TNumber>(),
                new Convolution2D<TNumber>(4, 4, kernel: 3, padding: 1) { Name = "conv2" },
                new BatchNormalization<TNumber>(4) { Name = "bn2" }),
            new Identity<TNumber>())
        {
            Name = "layer1",
        },
        new ReLU<TNumber>(),
        new Flatten<TNumber>(),
        new Dense<TNumber>(784, 10) { Name = "fc" });

    private static Batch<TNumber> MakeBatch<TNumber>() where TNumber : unmanaged, IBinaryFloatingPointIeee754<TNumber>
    {
        int[] classes = [3, 1, 4, 1];
        return new Batch<TNumber>(
            LayerCase.RandomTensor<TNumber>(new Shape(Samples, 1, 28, 28), Seeds.Create(5)), new Targets<TNumber>(classes, new Shape(Samples, 10)));
    }

    private static void Disturb<TNumber>(Network<TNumber> network, Random random) where TNumber : unmanaged, IBinaryFloatingPointIeee754<TNumber>
    {
        foreach (Parameter<TNumber> parameter in network.Parameters)
        {
            foreach (ref TNumber weight in parameter.Value.Span)
                weight *= TNumber.CreateChecked(1 + (random.Next(2) == 0 ? Disturbance : -Disturbance));
        }
    }
}
