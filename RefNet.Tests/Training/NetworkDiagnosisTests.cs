using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Console;
using RefNet.Data;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Tensors;
using RefNet.Training;
using RefNet.Training.Diagnosis;

namespace RefNet.Tests.Training;

/// <summary>Faults that were planted are named, each by its check and its layer; measurements are those of closed forms.</summary>
[TestFixture]
public sealed class NetworkDiagnosisTests
{
    private static readonly PixelScaling Centred = new(Low: -0.6, High: 3);

    [Test]
    public void T14_TheFirstLossOfANetworkThatKnowsNothingIsTheLogarithmOfTheNumberOfClasses()
    {
        NetworkDiagnosis found = Diagnose(() => Chain(new Dense<float>(784, 10, Initializer.Xavier) { Name = "fc" }).With("fc.weight", _ => 0));
        Assert.That(found.LossOfKnowingNothing, Is.EqualTo(2.302585).Within(1e-6));
        Assert.That(found.LossBefore, Is.EqualTo(2.302585).Within(1e-6));
    }

    [Test]
    public void T14_TenImagesAreLearntByHeart()
    {
        NetworkDiagnosis found = Diagnose(() => Hidden(new ReLU<float>()));
        Assert.That((found.LearntByHeart, found.WrongByHeart), Is.EqualTo((10, 0)));
        Assert.That(found.StepsByHeart, Is.InRange(1, 50));
    }

    [Test]
    public void AHealthyNetworkIsFineEverywhere()
    {
        RunOptions options = RunOptions.Of(Architectures.Find("lenet5-modern")) with { Validation = 60, Prepare = "standardize" };
        Assert.That(DoctorFindings.Of(NetworkDiagnosis.Run(options, SyntheticData.Create())).Where(finding => finding.Verdict != Verdict.Fine), Is.Empty);
    }

    [Test]
    public void WeightsThatAreAllZeroAreNamed()
    {
        IReadOnlyList<DoctorFinding> wrong = Wrong(Diagnose(() => Hidden(new Tanh<float>()).With("fc1.weight", _ => 0).With("fc2.weight", _ => 0)));
        Assert.That(Named(wrong), Does.Contain(("initial weights", "fc1")).And.Contain(("gradients", "fc1")));
        Assert.That(wrong.First().Says, Is.EqualTo("all 0 in fc1, fc2"));
    }

    // The perceptron begins at 0 for good reason, and its loss there is 0.
    [Test]
    public void ASingleLayerMayBeginAtZero() => Assert.That(
        Wrong(NetworkDiagnosis.Run(RunOptions.Of(Architectures.Find("perceptron")) with { Validation = 60 }, SyntheticData.Create())), Is.Empty);

    [TestCase(10, "updates"), TestCase(1e-9, "updates"), TestCase(1e-9, "training"), TestCase(1e-9, "overfit")]
    public void ALearningRateThatIsFarOffIsNamed(double rate, string check)
    {
        IReadOnlyList<DoctorFinding> wrong = Wrong(Diagnose(() => Hidden(new Tanh<float>()), rate));
        Assert.That(wrong.Select(finding => finding.Check), Does.Contain(check));
        Assert.That(wrong.Single(finding => finding.Check == "updates").Means, Does.Contain(rate > 1 ? "a much smaller --learning-rate" : "a larger --learning-rate"));
    }

    [Test]
    public void TrainingThatDivergesIsNamedWithItsStep()
    {
        NetworkDiagnosis found = Diagnose(() => Hidden(new ReLU<float>()), rate: 1e30);
        Assert.That(found.DivergedAt, Is.EqualTo(found.Steps).And.InRange(2, 10));
        Assert.That(Wrong(found).Single(finding => finding.Check == "training").Says, Is.EqualTo($"the loss of step {found.DivergedAt} is not finite"));
        Assert.That(found.LossAfter, Is.NaN);
    }

    [Test]
    public void T14_DeadReLUsAreCountedAndNamed()
    {
        NetworkDiagnosis found = Diagnose(() => Hidden(new ReLU<float> { Name = "relu" }).With("fc1.bias", i => i < 18 ? -1000 : 0));
        Assert.That(found.Layers.Single(layer => layer.Path == "relu").DeadBefore, Is.EqualTo(0.9).Within(1e-12), "18 of 20 units");
        Assert.That(Named(Wrong(found)), Does.Contain(("dead ReLUs", "relu")));
    }

    [Test]
    public void T14_AUnitOfAConvolutionIsAMap()
    {
        NetworkDiagnosis found = Diagnose(() => new Network<float>(new Shape(1, 28, 28), 1,
            new Convolution2D<float>(1, 4, kernel: 3) { Name = "conv" }, new ReLU<float> { Name = "relu" }, new Flatten<float>(), new Dense<float>(4 * 26 * 26, 10) { Name = "fc" })
            .With("conv.bias", i => i == 0 ? -1000 : 0), rate: 1e-3);
        Assert.That(found.Layers.Single(layer => layer.Path == "relu").DeadBefore, Is.EqualTo(0.25));
    }

    [Test]
    public void ASaturatedTanhIsNamed()
    {
        NetworkDiagnosis found = Diagnose(() => Hidden(new Tanh<float> { Name = "tanh" }).With("fc1.weight", scale: 100));
        Assert.That(Named(Wrong(found)), Does.Contain(("saturation", "tanh")));
    }

    // Without weights the biases alone decide: 50 is at the upper limit, -50 at the lower one, and 0 at neither.
    [TestCase(nameof(Tanh<float>)), TestCase(nameof(ScaledTanh<float>)), TestCase(nameof(Sigmoid<float>))]
    public void EachFunctionWithLimitsCanSaturate(string function)
    {
        Layer<float> Make() => function switch
        {
            nameof(Tanh<float>) => new Tanh<float> { Name = "limited" },
            nameof(Sigmoid<float>) => new Sigmoid<float> { Name = "limited" },
            _ => new ScaledTanh<float> { Name = "limited" },
        };
        double? Before(float[] biases) => Diagnose(() => Hidden(Make()).With("fc1.weight", _ => 0).With("fc1.bias", i => biases[i % biases.Length]))
            .Layers.Single(layer => layer.Path == "limited").SaturatedBefore;

        Assert.That(Before([0]), Is.Zero);
        Assert.That(Before([-50, 0, 50, 0]), Is.EqualTo(0.5), "both limits count");
    }

    [Test]
    public void GradientsThatVanishAreNamed()
    {
        NetworkDiagnosis found = Diagnose(() => Chain([
            new Dense<float>(784, 20, Initializer.Xavier) { Name = "first" }, new Sigmoid<float>(),
            .. Enumerable.Range(2, 9).SelectMany(n => new Layer<float>[] { new Dense<float>(20, 20, Initializer.Xavier) { Name = $"fc{n}" }, new Sigmoid<float> { Name = $"sigmoid{n}" } }),
            new Dense<float>(20, 10, Initializer.Xavier) { Name = "last" }]));
        Assert.That(Named(Wrong(found)), Does.Contain(("gradients", "first")));
        Assert.That(DoctorFindings.Of(found).Single(finding => finding.Check == "gradients").Means, Does.StartWith("They vanish on the way back"));
    }

    [Test]
    public void GradientsThatExplodeAreNamed()
    {
        NetworkDiagnosis found = Diagnose(() => Chain([
            new Dense<float>(784, 20, Initializer.Xavier) { Name = "first" },
            .. Enumerable.Range(2, 4).Select(n => new Dense<float>(20, 20) { Name = $"fc{n}" }),
            new Dense<float>(20, 10) { Name = "last" }]).With("first.weight", scale: 1e-9f).With("fc2.weight", scale: 100).With("fc3.weight", scale: 100).With("fc4.weight", scale: 100), rate: 1e-6);
        Assert.That(DoctorFindings.Of(found).Single(finding => finding.Check == "gradients").Means, Does.StartWith("They explode on the way back"));
    }

    [TestCase(2.0, 3.0, "The inputs are not centred"), TestCase(0.0, 255.0, "The standard deviation is far from 1"), TestCase(1.0, 1.0, "A channel that is constant")]
    public void InputsThatDoNotSuitAreNamed(double low, double high, string means)
    {
        DoctorFinding inputs = DoctorFindings.Of(Diagnose(() => Hidden(new Tanh<float>()), rate: 1e-5, new PixelScaling(low, high))).Single(finding => finding.Check == "inputs");
        Assert.That(inputs.Verdict, Is.Not.EqualTo(Verdict.Fine));
        Assert.That(inputs.Means, Does.StartWith(means));
    }

    [Test]
    public void MeanAndDeviationAreThoseOfEachChannel()
    {
        Tensor<float> x = new(new Shape(2, 2, 1, 2), [1, 3, 7, 7, 5, 7, 7, 7]);
        Assert.That(InputDiagnosis.Of(x), Is.EqualTo(new[] { new InputDiagnosis(4, Math.Sqrt(5)), new InputDiagnosis(7, 0) }));
        Assert.That(InputDiagnosis.Of(x)[1].IsConstant, Is.True);
    }

    // A step of gradient descent moves θ by η g: one step of one layer is in closed form.
    [Test]
    public void AnUpdateIsTheRateTimesTheGradientOverTheWeights()
    {
        Network<float> made = null!;
        NetworkDiagnosis found = Diagnose(() => made = Chain(new Dense<float>(784, 10, Initializer.Xavier) { Name = "fc" }), rate: 1e-4, steps: 1, sampleIsBatch: true);
        LayerDiagnosis layer = found.Layers.Single();
        double size = layer.Weights!.Value * Math.Sqrt(7840);
        Assert.That(layer.Update, Is.EqualTo(1e-4 * layer.Gradient!.Value / size).Within(0.1).Percent, "float rounds θ - η g");
    }

    [Test]
    public void FrozenLayersHaveNeitherGradientNorUpdate()
    {
        NetworkDiagnosis found = Diagnose(() =>
        {
            Network<float> network = Hidden(new Tanh<float>());
            network["fc1"].IsFrozen = true;
            return network;
        });
        LayerDiagnosis frozen = found.Layers.Single(layer => layer.Path == "fc1");
        Assert.That((frozen.Gradient, frozen.Update), Is.EqualTo(((double?)null, (double?)null)));
        Assert.That(Wrong(found), Is.Empty);
    }

    [Test]
    public void ItCanBeStopped() => Assert.That(
        () => NetworkDiagnosis.Run(RunOptions.Of(Architectures.Find("mlp")) with { Validation = 60 }, SyntheticData.Create(), cancellation: new CancellationToken(canceled: true)),
        Throws.InstanceOf<OperationCanceledException>());

    private static Network<float> Chain(params Layer<float>[] layers) => new(new Shape(1, 28, 28), 1, [new Flatten<float>(), .. layers]);

    private static Network<float> Hidden(Layer<float> function) =>
        Chain(new Dense<float>(784, 20, Initializer.Xavier) { Name = "fc1" }, function, new Dense<float>(20, 10, Initializer.Xavier) { Name = "fc2" });

    private static NetworkDiagnosis Diagnose(Func<Network<float>> create, double rate = 0.05, PixelScaling? scaling = null, int steps = NetworkDiagnosis.ShortTraining, bool sampleIsBatch = false)
    {
        ImageSet images = SyntheticData.Create().Training;
        Batches<float> Batches(int size) => new(images, scaling ?? Centred, size);
        Batch<float> sample = Batches(100).Shuffled(1, 1).First();
        Batches<float> batches = Batches(20);
        return NetworkDiagnosis.Run(
            () =>
            {
                Network<float> network = create();
                return new Trainer<float>(new Objective<float>(network, () => new SoftmaxCrossEntropy<float>()), new StochasticGradientDescent<float>(network.Parameters, rate));
            },
            sample, sampleIsBatch ? [sample] : Enumerable.Range(1, 14).SelectMany(epoch => batches.Shuffled(1, epoch)).Take(steps));
    }

    private static DoctorFinding[] Wrong(NetworkDiagnosis found) => [.. DoctorFindings.Of(found).Where(finding => finding.Verdict == Verdict.Wrong)];

    private static (string, string?)[] Named(IEnumerable<DoctorFinding> findings) => [.. findings.Select(finding => (finding.Check, finding.Layer))];
}

/// <summary>Plants faults.</summary>
internal static class Planting
{
    public static Network<float> With(this Network<float> network, string path, Func<int, float> value)
    {
        Span<float> values = network.NamedParameters().Single(place => place.Path == path).Parameter.Value.Span;
        for (int i = 0; i < values.Length; i++)
            values[i] = value(i);
        return network;
    }

    public static Network<float> With(this Network<float> network, string path, float scale)
    {
        foreach (ref float value in network.NamedParameters().Single(place => place.Path == path).Parameter.Value.Span)
            value *= scale;
        return network;
    }
}
