using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Interop;
using RefNet.Layers;
using RefNet.Losses;
using RefNet.Models;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Data;
using RefNet.Training;

namespace RefNet.Tests.Console;

/// <summary>refnet run: outputs and gradients on an array from a file.</summary>
[TestFixture]
public sealed class RunCommandTests
{
    private DataFolder folder = null!;

    private readonly Network<float> network = Architectures.Find("lenet5-modern").Create<float>(seed: 1);
    private readonly Tensor<float> x = LayerCase.RandomTensor<float>(new Shape(3, 1, 28, 28), Seeds.Create(1));

    [SetUp]
    public void WriteInput()
    {
        folder = new DataFolder();
        NumPy.WriteNpz(folder.File("in.npz"), new Dictionary<string, Tensor<float>> { ["x"] = x, ["labels"] = new(new Shape(3), [7, 0, 2]), ["half"] = new(new Shape(3), [7, 0.5f, 2]), ["two"] = new(new Shape(2), [7, 0]) });
    }

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private string In(string name) => $"{folder.File("in.npz")}:{name}";

    [Test]
    public void TheOutputIsThatOfTheNetwork()
    {
        Refnet.Result result = Refnet.Run("run", "lenet5-modern", "--input", In("x"), "--output", folder.File("y.npy"));
        Assert.That(result.Code, Is.Zero, $"{result}");
        Assert.That(result.Output, Does.Contain("3x1x28x28 -> 3x10 in "));
        Assert.That(TensorFile.Read(folder.File("y.npy")).Tensors.Single().To<float>().Values.ToArray(), Is.EqualTo(network.Predict(x).Values.ToArray()));
    }

    [Test]
    public void TheGradientsAreThoseOfATrainingStep()
    {
        Refnet.Result result = Refnet.Run("run", "lenet5-modern", "--input", In("x"), "--labels", In("labels"), "--gradients", folder.File("g.npz"));
        Assert.That(result.Code, Is.Zero, $"{result}");
        new Objective<float>(network, () => new SoftmaxCrossEntropy<float>()).ComputeGradients(x, new Targets<float>([7, 0, 2], new Shape(3, 10)));
        TensorFile file = TensorFile.Read(folder.File("g.npz"));
        Assert.That(file.Names, Is.EquivalentTo(network.NamedParameters().Select(place => place.Path)));
        foreach ((string path, Parameter<float> parameter) in network.NamedParameters().Where(place => !place.Parameter.IsFlippedKernel))
            Assert.That(file.Tensor<float>(path).Values.ToArray(), Is.EqualTo(parameter.Gradient.Values.ToArray()), path);
    }

    // The lecture's convolution flips its kernel; files have kernels of cross-correlation.
    [Test]
    public void GradientsOfFlippedKernelsAreTurned()
    {
        Convolution2D<float> layer = new(1, 1, kernel: 3, useBias: false);
        Network<float> one = new(new Shape(1, 3, 3), seed: 1, layer);
        one.Forward(new Tensor<float>(new Shape(1, 1, 3, 3), [1, 2, 3, 4, 5, 6, 7, 8, 9]), Mode.Train);
        one.Backward(new Tensor<float>(new Shape(1, 1, 1, 1), [1]));
        Assert.That(NetworkWeights.Gradients(one).Values.Single().Values.ToArray(), Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }));
        Assert.That(layer.Parameters[0].Gradient.Values.ToArray(), Is.EqualTo(new float[] { 9, 8, 7, 6, 5, 4, 3, 2, 1 }));
    }

    [Test]
    public void NothingIsDroppedOutForGradients()
    {
        NumPy.WriteNpz(folder.File("in.npz"), new Dictionary<string, Tensor<float>> { ["x"] = LayerCase.RandomTensor<float>(new Shape(1, 3, 32, 32), Seeds.Create(1)), ["labels"] = new(new Shape(1), [3]) });
        string[] command = ["run", "nin", "--input", In("x"), "--labels", In("labels"), "--gradients"];
        Assert.That(Architectures.Find("nin").Create<float>(seed: 1).Walk().Any(place => place.Layer is Dropout<float>));
        Assert.That(Refnet.Run([.. command, folder.File("g.npz")]).Code, Is.Zero);
        Network<float> all = Architectures.Find("nin").Create<float>(seed: 1);
        foreach ((string path, Layer<float> layer) in all.Walk().ToList())
        {
            if (layer is Dropout<float>)
                all.Replace(path, new Dropout<float>(rate: 0));
        }

        new Objective<float>(all, () => new SoftmaxCrossEntropy<float>()).ComputeGradients(TensorFile.Read(folder.File("in.npz")).Tensor<float>("x"), new Targets<float>([3], new Shape(1, 10)));
        (string last, Parameter<float> bias) = all.NamedParameters().Last();
        Assert.That(TensorFile.Read(folder.File("g.npz")).Tensor<float>(last).Values.ToArray(), Is.EqualTo(bias.Gradient.Values.ToArray()));
    }

    [TestCase("--labels", "labels", "expected both or neither")]
    [TestCase("--labels", "half", "expected both or neither")]
    public void OneWithoutTheOtherIsAnError(string option, string name, string message)
    {
        Refnet.Result result = Refnet.Run("run", "lenet5-modern", "--input", In("x"), option, In(name));
        Assert.That((result.Code, result.Error), Is.EqualTo((2, result.Error)), $"{result}");
        Assert.That(result.Error, Does.Contain(message));
    }

    [TestCase("half", "found 0.5")]
    [TestCase("x", "expected whole numbers")]
    [TestCase("two", "Expected 3 labels")]
    [TestCase("none", "none")]
    public void LabelsThatAreNoneAreRefused(string name, string message)
    {
        Refnet.Result result = Refnet.Run("run", "lenet5-modern", "--input", In("x"), "--labels", In(name), "--gradients", folder.File("g.npz"));
        Assert.That(result.Code, Is.EqualTo(2), $"{result}");
        Assert.That(result.Error, Does.Contain(message));
        Assert.That(File.Exists(folder.File("g.npz")), Is.False);
    }
}
