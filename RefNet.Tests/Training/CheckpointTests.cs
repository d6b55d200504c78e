using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Models;
using RefNet.Training;

namespace RefNet.Tests.Training;

[TestFixture]
public sealed class CheckpointTests
{
    private TemporaryFolder folder = null!;
    private string path = null!;

    [SetUp]
    public void SaveAPerceptron()
    {
        folder = new TemporaryFolder();
        path = folder.File("weights.safetensors");
        Checkpoint.Save(path, "mlp", MultilayerPerceptron.Create<float>(seed: 1), optimizer: null, []);
    }

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public void WeightsComeBackToTheBit()
    {
        Sequential<float> other = MultilayerPerceptron.Create<float>(seed: 2);
        Checkpoint.Load(path, "mlp", other, optimizer: null);
        Assert.That(Weights(other), Is.EqualTo(Weights(MultilayerPerceptron.Create<float>(seed: 1))));
    }

    [Test]
    public void WeightsOfAnotherModelAreNamed() =>
        Refuses("lenet5", LeNet5.Create<float>(seed: 1), "expected weights of lenet5; found those of mlp");

    [Test]
    public void AMissingTensorIsNamed() =>
        Refuses("mlp", LeNet5Modern.Create<float>(seed: 1), "expected a tensor C1.weight");

    [Test]
    public void AnotherShapeIsNamed() =>
        Refuses("mlp", new Sequential<float>(new RefNet.Tensors.Shape(2), new RefNet.Layers.Dense<float>(2, 3, new Random(1)) { Name = "F1" }),
            "expected F1.weight with shape 3x2; found 300x784");

    [Test]
    public void ATruncatedFileIsRefused()
    {
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^100]);
        Refuses("mlp", MultilayerPerceptron.Create<float>(seed: 2), path);
    }

    [Test]
    public void NumbersThatAreNotFiniteAreRefused()
    {
        Sequential<float> broken = MultilayerPerceptron.Create<float>(seed: 1);
        broken.Parameters[^1].Value[3] = float.NaN;
        Checkpoint.Save(path, "mlp", broken, optimizer: null, []);
        Refuses("mlp", MultilayerPerceptron.Create<float>(seed: 2), "found NaN in Output.bias");
    }

    // A refused checkpoint leaves the network as it was.
    private void Refuses(string model, Sequential<float> network, string message)
    {
        float[] before = Weights(network);
        Assert.That(() => Checkpoint.Load(path, model, network, optimizer: null), Throws.InstanceOf<InputException>().With.Message.Contains(message));
        Assert.That(Weights(network), Is.EqualTo(before));
    }

    private static float[] Weights(Sequential<float> network) => [.. network.Parameters.SelectMany(parameter => parameter.Value.Span.ToArray())];
}
