using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Interop;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Tensors;
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
        Checkpoint.Save(path, "mlp", new MultilayerPerceptron().Create<float>(seed: 1), optimizer: null, []);
    }

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public void WeightsComeBackToTheBit()
    {
        Network<float> other = new MultilayerPerceptron().Create<float>(seed: 2);
        Checkpoint.Load(path, "mlp", other, optimizer: null);
        Assert.That(Weights(other), Is.EqualTo(Weights(new MultilayerPerceptron().Create<float>(seed: 1))));
    }

    [Test]
    public void WeightsOfAnotherModelAreNamed() =>
        Refuses("lenet5", new LeNet5().Create<float>(seed: 1), "expected weights of lenet5; found those of mlp");

    [Test]
    public void AMissingTensorIsNamed() =>
        Refuses("mlp", new LeNet5Modern().Create<float>(seed: 1), "expected a tensor C1.weight");

    [Test]
    public void AnotherShapeIsNamed() =>
        Refuses("mlp", new Network<float>(new Shape(2), seed: 1, new Dense<float>(2, 3) { Name = "F1" }),
            "expected F1.weight with shape 3x2; found 300x784");

    [Test]
    public void ATruncatedFileIsRefused()
    {
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^100]);
        Refuses("mlp", new MultilayerPerceptron().Create<float>(seed: 2), path);
    }

    [Test]
    public void NumbersThatAreNotFiniteAreRefused()
    {
        Network<float> broken = new MultilayerPerceptron().Create<float>(seed: 1);
        broken.Parameters[^1].Value[3] = float.NaN;
        Checkpoint.Save(path, "mlp", broken, optimizer: null, []);
        Refuses("mlp", new MultilayerPerceptron().Create<float>(seed: 2), "found NaN in Output.bias");
    }

    // PyTorch's and ONNX's convolution is y(i,j) = sum_uv W(u,v) x(i + u, j + v); the lecture's reads W from the other end.
    [TestCase(true, new float[] { 6, 5, 4, 3, 2, 1 }, Description = "a flipped kernel is turned by 180 degrees")]
    [TestCase(false, new float[] { 1, 2, 3, 4, 5, 6 }, Description = "a kernel of cross-correlation is written as it is")]
    public void FilesHoldKernelsAsCrossCorrelation(bool flip, float[] inFile)
    {
        Network<float> network = Convolution(flip);
        network.Parameters[0].Value.CopyFrom([1, 2, 3, 4, 5, 6]);
        Checkpoint.Save(path, "convolution", network, optimizer: null, []);

        // By hand: a 2x3 image, each of whose pixels meets one weight of the file.
        Tensor<float> saved = Safetensors.Read(path).Tensor<float>("C1.weight");
        Assert.That(saved.Values.ToArray(), Is.EqualTo(inFile));
        Tensor<float> x = new(new Shape(1, 1, 2, 3), [1, 10, 100, 1000, 10_000, 100_000]);
        float correlation = 0;
        for (int tap = 0; tap < 6; tap++)
            correlation += saved.Values[tap] * x.Values[tap];
        Assert.That(network.Predict(x).Values[0], Is.EqualTo(correlation), "the layer computes the cross-correlation with the kernel of the file");

        Network<float> other = Convolution(flip);
        Checkpoint.Load(path, "convolution", other, optimizer: null);
        Assert.That(other.Parameters[0].Value.Values.ToArray(), Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6 }));
    }

    [Test]
    public void EachKernelOfAConnectionTableIsTurnedByItself()
    {
        Network<float> network = new(new Shape(2, 1, 3), seed: 1, new ConnectionTableConvolution2D<float>(
            2, [[0], [0, 1]], new ConvolutionGeometry(new Window(1), new Window(3)))
        {
            Name = "C3",
        });
        float[] weights = [.. Enumerable.Range(1, network.Parameters[0].Count).Select(i => (float)i)];
        network.Parameters[0].Value.CopyFrom(weights);
        Checkpoint.Save(path, "table", network, optimizer: null, []);
        Assert.That(Safetensors.Read(path).Tensor<float>("C3.weight").Values.ToArray(), Is.EqualTo(weights.Chunk(3).SelectMany(kernel => kernel.AsEnumerable().Reverse())));
    }

    [Test]
    public void BuffersAndTheStateOfTheOptimizerComeBackUnderTheirPaths()
    {
        static Network<float> Make(int seed) => new(new Shape(2), seed, new Sum<float>(
            new Sequential<float>(new Dense<float>(2, 2) { Name = "fc" }, new BatchNormalization<float>(2) { Name = "bn" }) { Name = "body" },
            new Identity<float>())
        {
            Name = "layer1",
        });
        Network<float> network = Make(1);
        Momentum<float> optimizer = new(network.Parameters, 0.1);
        network.Forward(new Tensor<float>(new Shape(2, 2), [1, 2, 3, 5]), Mode.Train);
        network.Backward(new Tensor<float>(new Shape(2, 2), [1, 0, 0, 2]));
        optimizer.Step();
        Checkpoint.Save(path, "residual", network, optimizer, []);

        string[] expected =
        [
            "layer1.body.fc.weight", "layer1.body.fc.bias", "layer1.body.bn.gamma", "layer1.body.bn.beta",
            .. network.NamedBuffers().Select(buffer => buffer.Path),
        ];
        Assert.That(expected, Is.SubsetOf(Safetensors.Read(path).Names));
        Network<float> other = Make(2);
        Momentum<float> successor = new(other.Parameters, 0.1);
        Checkpoint.Load(path, "residual", other, successor);
        Assert.That(Weights(other), Is.EqualTo(Weights(network)));
        foreach ((Buffer<float> was, Buffer<float> becomes) in network.Buffers.Zip(other.Buffers))
            TensorAssert.AreIdentical(was.Value, becomes.Value, was.Name);
        string[] paths = [.. network.NamedParameters().Select(named => named.Path)];
        foreach ((KeyValuePair<string, Tensor<float>> was, KeyValuePair<string, Tensor<float>> becomes) in optimizer.State(paths).Zip(successor.State(paths)))
            TensorAssert.AreIdentical(was.Value, becomes.Value, was.Key);
    }

    [Test]
    public void ACheckpointOfAnOlderVersionIsRefusedWithASentence()
    {
        // Kernels as the layer has them, and no word about it.
        Network<float> network = new MultilayerPerceptron().Create<float>(seed: 1);
        Safetensors.Write(path, network.NamedParameters().ToDictionary(named => named.Path, named => named.Parameter.Value), new Dictionary<string, string> { ["model"] = "mlp" });
        Refuses("mlp", network, "expected kernels as cross-correlation; found a checkpoint of an older version of RefNet");
    }

    private static Network<float> Convolution(bool flip) => new(new Shape(1, 2, 3), seed: 1, new Convolution2D<float>(
        1, 1, new ConvolutionGeometry(new Window(2), new Window(3)) { Flip = flip })
    {
        Name = "C1",
    });

    // A refused checkpoint leaves the network as it was.
    private void Refuses(string model, Network<float> network, string message)
    {
        float[] before = Weights(network);
        Assert.That(() => Cultures.WithCommas(() => Checkpoint.Load(path, model, network, optimizer: null)), Throws.InstanceOf<InputException>().With.Message.Contains(message));
        Assert.That(Weights(network), Is.EqualTo(before));
    }

    private static float[] Weights(Network<float> network) => [.. network.Parameters.SelectMany(parameter => parameter.Value.Values.ToArray())];
}
