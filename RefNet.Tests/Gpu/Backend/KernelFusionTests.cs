using NUnit.Framework;
using RefNet.Gpu;
using RefNet.Layers;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Gpu.Backend;

/// <summary>Kernels that become one: the bits of all results are as if the host had waited between them.</summary>
[TestFixture(false)]
[TestFixture(true)]
internal sealed class KernelFusionTests(bool graphs)
{
    private static readonly Shape maps = new(3, 2, 4, 5), perChannel = new(2);

    private static Layer<float>[] Activations => [new ReLU<float>(), new LeakyReLU<float>(0.1f), new Elu<float>(), new Tanh<float>(), new ScaledTanh<float>(), new Sigmoid<float>(), new Softplus<float>()];

    [TestCaseSource(nameof(Activations))]
    public void ABiasAndAnActivation(Activation<float> f) => AreOne(launches: 1, (backend, t) =>
    [
        () => backend.AddBias(t.Gamma, t.Y),
        () => backend.Map(f, t.Y, t.Z),
    ]);

    // Its launches: two sums, the running averages, and one for the rest.
    [Test]
    public void BatchNormalizationAndAnActivationWithRunningAveragesBetween() => AreOne(launches: 5, (backend, t) =>
    [
        () => backend.NormalizeBatch(t.X, t.Gamma, t.Beta, 0.5f, t.Mu, t.Sigma2, t.Y),
        () => backend.Average(t.RunningMu, 0.1f, 1, t.Mu),
        () => backend.Average(t.RunningSigma2, 0.1f, 1.5f, t.Sigma2),
        () => backend.Map(new ReLU<float>(), t.Y, t.Z),
    ]);

    [Test]
    public void NormalizationAdditionAndActivation([Values] bool otherFirst) => AreOne(launches: 1, (backend, t) =>
    [
        () => backend.Normalize(t.X, t.Gamma, t.Beta, 0.5f, t.Mu, t.Sigma2, t.Y),
        () => backend.Add(otherFirst ? t.Other : t.Y, otherFirst ? t.Y : t.Other, t.Sum),
        () => backend.Map(new ReLU<float>(), t.Sum, t.Z),
    ]);

    [Test]
    public void AdditionAndActivation() => AreOne(launches: 1, (backend, t) =>
    [
        () => backend.Add(t.X, t.Other, t.Sum),
        () => backend.Map(new Tanh<float>(), t.Sum, t.Z),
    ]);

    [Test]
    public void ResultsMayBeOperands() => AreOne(launches: 3, (backend, t) =>
    [
        () => backend.Normalize(t.X, t.Gamma, t.Beta, 0.5f, t.Mu, t.Sigma2, t.Y),
        () => backend.Add(t.Y, t.Y, t.Y),
        () => backend.Map(new ReLU<float>(), t.Y, t.X),
        () => backend.Add(t.X, t.Other, t.Other),
        () => backend.Map(new ReLU<float>(), t.Other, t.Z),
        () => backend.Normalize(t.X, t.Gamma, t.Beta, 0.5f, t.Mu, t.Sigma2, t.Y),
        () => backend.Add(t.Other, t.Y, t.Other),
    ]);

    [Test]
    public void OtherOperandsOrOtherKernelsStaySeparate() => AreOne(launches: 9, (backend, t) =>
    [
        () => backend.AddBias(t.Gamma, t.Y),
        () => backend.Map(new ReLU<float>(), t.X, t.Z),     // of another tensor
        () => backend.Add(t.X, t.Other, t.Sum),
        () => backend.Scale(t.Sum, 2),                      // no activation
        () => backend.Map(new ReLU<float>(), t.Sum, t.Z),
        () => backend.Normalize(t.X, t.Gamma, t.Beta, 0.5f, t.Mu, t.Sigma2, t.Y),
        () => backend.Average(t.Gamma, 0.1f, 1, t.Mu),      // changes an operand of what is before it
        () => backend.Add(t.X, t.Other, t.Sum),
        () => backend.Average(t.X, 0.1f, 1, t.Sum),         // reads its result
    ]);

    [Test]
    public void MemoryThatComesBackIsNotUsedBeforeItsLastReader()
    {
        using FakeCard<float> card = new(new CudaOptions { UseGraphs = graphs });
        Tensors t = new(), temporary = new();
        card.Backend.Normalize(t.X, temporary.Gamma, temporary.Beta, 0.5f, temporary.Mu, temporary.Sigma2, t.Y);
        temporary.Gamma.LeaveDevice();
        card.Backend.Map(new ReLU<float>(), t.Y, t.Z); // where gamma was
        Tensors expected = new();
        card.Backend.Normalize(expected.X, expected.Gamma, expected.Beta, 0.5f, expected.Mu, expected.Sigma2, expected.Y);
        card.Backend.Wait();
        Assert.That(t.Y.Values.ToArray(), Is.EqualTo(expected.Y.Values.ToArray()));
    }

    private void AreOne(int launches, Func<CudaBackend<float>, Tensors, Action[]> operations)
    {
        using FakeCard<float> card = new(new CudaOptions { UseGraphs = graphs });
        Tensors separate = new(), together = new();
        foreach (Action operation in operations(card.Backend, separate))
        {
            operation();
            card.Backend.Wait();
        }

        // Everything is on the card: what is sent between two kernels keeps them apart.
        foreach (Tensor<float> tensor in together.All)
            card.Backend.Scale(tensor, 1);
        card.Backend.Wait();
        int before = card.Cuda.Calls.Count;
        foreach (Action operation in operations(card.Backend, together))
            operation();
        card.Backend.Wait();
        Assert.That(card.Cuda.Calls.Skip(before).Count(call => call == "cuLaunchKernel"), Is.EqualTo(launches));
        Assert.That(together.Numbers(), Is.EqualTo(separate.Numbers()));
    }

    private sealed class Tensors
    {
        private readonly Random random = Seeds.Create(1);

        public Tensors() => All =
        [
            X = Numbers(maps), Y = Numbers(maps), Z = Numbers(maps), Other = Numbers(maps), Sum = Numbers(maps), Gamma = Numbers(perChannel), Beta = Numbers(perChannel),
            Mu = Numbers(perChannel), Sigma2 = Numbers(perChannel), RunningMu = Numbers(perChannel), RunningSigma2 = Numbers(perChannel),
        ];

        public Tensor<float>[] All { get; }

        public Tensor<float> X { get; }

        public Tensor<float> Y { get; }

        public Tensor<float> Z { get; }

        public Tensor<float> Other { get; }

        public Tensor<float> Sum { get; }

        public Tensor<float> Gamma { get; }

        public Tensor<float> Beta { get; }

        public Tensor<float> Mu { get; }

        public Tensor<float> Sigma2 { get; }

        public Tensor<float> RunningMu { get; }

        public Tensor<float> RunningSigma2 { get; }

        public float[] Numbers() => [.. All.SelectMany(tensor => tensor.Values.ToArray())];

        // Variances must be positive with epsilon, which is 0.5.
        private Tensor<float> Numbers(Shape shape)
        {
            Tensor<float> numbers = new(shape);
            foreach (ref float value in numbers.Span)
                value = random.NextSingle() - 0.4f;
            return numbers;
        }
    }
}
