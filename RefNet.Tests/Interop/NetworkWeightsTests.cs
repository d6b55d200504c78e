using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Interop;
using RefNet.Layers;
using RefNet.Tensors;
using RefNet.Tests.Data;

namespace RefNet.Tests.Interop;

[TestFixture]
public sealed class NetworkWeightsTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static Network<double> Small(bool flip = true) => new(new Shape(1, 3, 3), seed: 1,
        new Convolution2D<double>(1, 1, ConvolutionGeometry.Square(2) with { Flip = flip }, useBias: false) { Name = "conv" },
        new BatchNormalization<double>(1) { Name = "bn" },
        new Dropout<double>(0.5) { Name = "drop" });

    private TensorFile FileOf(params (string Name, Tensor<double> Tensor)[] tensors)
    {
        NumPy.WriteNpz(folder.File("w.npz"), tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Tensor));
        return TensorFile.Read(folder.File("w.npz"));
    }

    private static Tensor<double> Of(params double[] values) => new(new Shape(values.Length), values);

    private static readonly Tensor<double> kernel = new(new Shape(1, 1, 2, 2), [1, 2, 3, 4]);

    [Test]
    public void NamesOfPyTorchAreTakenAndKernelsAreThoseOfCrossCorrelation([Values] bool flip)
    {
        Network<double> network = Small(flip);
        TensorFile file = FileOf(("conv.weight", kernel), ("bn.weight", Of(2)), ("bn.bias", Of(3)), ("bn.running_mean", Of(4)), ("bn.running_var", Of(1 - 1e-5)), ("bn.num_batches_tracked", Of(7)));
        Assert.That(NetworkWeights.Load(network, file), Is.EqualTo(new[] { "bn.num_batches_tracked" }), "what is not used; a count of masks may be missing");

        // 1 x at the top left: the kernel lies on it as it is written, then 2 (y - 4) + 3
        Tensor<double> y = network.Predict(new Tensor<double>(new Shape(1, 1, 3, 3), [1, 10, 0, 100, 1000, 0, 0, 0, 0]));
        Assert.That(y.Values[0], Is.EqualTo(2 * (4321.0 - 4) + 3).Within(1e-9), "1 + 2 10 + 3 100 + 4 1000");
    }

    [Test]
    public void NamesOfRefNetAreTaken()
    {
        Network<double> network = Small();
        NetworkWeights.Load(network, FileOf(("conv.weight", kernel), ("bn.gamma", Of(2)), ("bn.beta", Of(3)), ("bn.runningMean", Of(4)), ("bn.runningVariance", Of(5)), ("drop.masksDrawn", Of(6))));
        Assert.That(network.NamedBuffers().Select(place => place.Buffer.Value.Values[0]), Is.EqualTo(new[] { 4.0, 5, 6 }));
        Assert.That(network["conv"].Parameters[0].Value.Values.ToArray(), Is.EqualTo(new double[] { 4, 3, 2, 1 }), "turned for the layer that flips");
    }

    [Test]
    public void EverythingThatDoesNotFitIsListedAndNothingIsSet()
    {
        Network<double> network = Small();
        double[] before = network["conv"].Parameters[0].Value.Values.ToArray();
        TensorFile file = FileOf(("conv.weight", kernel), ("bn.weight", Of(1, 2)), ("bn.running_mean", Of(4)), ("bn.running_var", Of(5)));
        Assert.That(() => NetworkWeights.Load(network, file), Throws.TypeOf<InputException>().With.Message.Contains(
            "found bn.weight as 2 instead of 1; no bn.bias, 1. Give weights of the same architecture"));
        Assert.That(network["conv"].Parameters[0].Value.Values.ToArray(), Is.EqualTo(before));
    }
}
