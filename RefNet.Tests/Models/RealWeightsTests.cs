using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Interop;
using RefNet.Models;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Tests.Models;

/// <summary>
/// Networks that others trained, read by their published names, against the outputs that their own programs gave (LECTURES D8, D10). The
/// files are not part of the project: without them the tests are skipped.
/// </summary>
[TestFixture]
public sealed class RealWeightsTests
{
    private static readonly string folder = Path.Combine(Repository.Root, "..", "shared", "real");

    // float has 7 digits; sums of some hundred products of 20 layers keep 6 of them, of which 1e-4 leaves two.
    [TestCase("resnet20-cifar", "resnet20_cifar10.npz", "golden_input", "golden_logits")]
    [TestCase("squeezenet", "squeezenet_v1.0_imagenet.npz", "golden_input_bgr", "golden_scores")]
    public void D8_D10_OutputsAreThoseOfTheProgramThatTrainedThem(string model, string file, string input, string output)
    {
        string path = Path.Combine(folder, file);
        if (!File.Exists(path))
            Assert.Ignore($"{path} is missing.");
        TensorFile tensors = TensorFile.Read(path);
        Tensor<float> x = tensors.Tensor<float>(input), expected = tensors.Tensor<float>(output);
        Network<float> network = (Architectures.Find(model) with { Input = x.Shape.Sample }).Create<float>(seed: 1);

        Assert.That(NetworkWeights.Load(network, tensors), Has.All.StartsWith("golden"));
        Tensor<float> y = network.Predict(x);
        double difference = y.Values.ToArray().Zip(expected.Values.ToArray(), (found, wanted) => Math.Pow(found - wanted, 2)).Sum();
        double norm = expected.Values.ToArray().Sum(wanted => Math.Pow(wanted, 2));
        Assert.That(Math.Sqrt(difference / norm), Is.LessThan(1e-4));
    }

    // With the means and deviations that the model has of itself: they are those of the weights.
    [Test]
    public void C24_RealWeightsClassifyRealPhotographs()
    {
        string weights = Path.Combine(folder, "resnet20_cifar10.npz"), images = Path.Combine(folder, "cifar10_train4000_lossless.bin");
        foreach (string path in new[] { weights, images }.Where(path => !File.Exists(path)))
            Assert.Ignore($"{path} is missing.");
        Architecture architecture = Architectures.Find("resnet20-cifar");
        Network<float> network = architecture.Create<float>(seed: 1);
        NetworkWeights.Load(network, TensorFile.Read(weights));
        Evaluation result = Evaluation.Run(network, architecture.CreateClassificationLoss<float>(), Cifar.ReadImages(images).Take(500), architecture.Scaling());
        Assert.That(result.Confusion.ErrorRate, Is.LessThanOrEqualTo(0.01));
    }
}
