using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Models;

/// <summary>The architectures against the numbers of their papers, and each at work on a small input.</summary>
[TestFixture]
public sealed class ArchitectureTests
{
    public static IEnumerable<string> Names => Architectures.All.Select(architecture => architecture.Name);

    [Test]
    public void NamesDiffer() => Assert.That(Names, Is.Unique);

    [TestCase("weather", 41)]
    [TestCase("two-layer", 101_000)]
    [TestCase("digit-cnn", 63_802)]
    public void Y10_Y19_Y24_TheSmallNetworksOfTheSlides(string model, long parameters) => AssertParameters(model, parameters);

    [TestCase("alexnet", 60_965_224)]
    [TestCase("bvlc-alexnet", 60_965_224)]
    [TestCase("caffenet", 60_965_224)]
    [TestCase("alexnet-ungrouped", 62_378_344)]
    [TestCase("alexnet-torchvision", 61_100_840)]
    [TestCase("zfnet", 62_357_608)]
    public void D4_X36_AlexNetAndZfNet(string model, long parameters) => AssertParameters(model, parameters);

    [TestCase("nin", 966_986)]
    public void D5_NetworkInNetwork(string model, long parameters) => AssertParameters(model, parameters);

    [TestCase("vgg11", 132_863_336)]
    [TestCase("vgg11-lrn", 132_863_336)]
    [TestCase("vgg13", 133_047_848)]
    [TestCase("vgg16-c", 133_638_952)]
    [TestCase("vgg16", 138_357_544)]
    [TestCase("vgg19", 143_667_240)]
    public void D6_X32_Vgg(string model, long parameters) => AssertParameters(model, parameters);

    [TestCase("googlenet", 6_998_552)]
    [TestCase("googlenet-aux", 13_378_280)]
    [TestCase("googlenet-torchvision", 13_004_888)]
    public void D7_X20_GoogLeNet(string model, long parameters) => AssertParameters(model, parameters);

    [TestCase("resnet18", 11_689_512)]
    [TestCase("resnet34", 21_797_672)]
    [TestCase("resnet50", 25_557_032)]
    [TestCase("resnet50-paper", 25_557_032)]
    [TestCase("resnet101", 44_549_160)]
    [TestCase("resnet152", 60_192_808)]
    [TestCase("resnet20-cifar", 269_722)]
    [TestCase("resnet32-cifar", 464_154)]
    [TestCase("resnet44-cifar", 658_586)]
    [TestCase("resnet56-cifar", 853_018)]
    [TestCase("resnet110-cifar", 1_727_962)]
    [TestCase("plain56-cifar", 853_018)]
    public void D8_ResidualNetworks(string model, long parameters) => AssertParameters(model, parameters);

    [TestCase("slide-resnet", 11_200_293)]
    public void D9_X17_TheResNetOfTheSlides(string model, long parameters) => AssertParameters(model, parameters);

    [TestCase("resnext50-32x4d", 25_028_904)]
    [TestCase("se-resnet50", 28_088_024)]
    [TestCase("densenet121", 7_978_856)]
    [TestCase("squeezenet", 1_248_424)]
    public void D10_C19_LaterNetworks(string model, long parameters) => AssertParameters(model, parameters);

    [TestCase("fcn32s", 136_152_917)]
    public void D11_FullyConvolutionalNetworks(string model, long parameters) => AssertParameters(model, parameters);

    [TestCase("mini-xception", 56_951)]
    public void D13_MiniXception(string model, long parameters) => AssertParameters(model, parameters);

    [TestCase("convnetjs-cifar10", 22_466)]
    public void D14_TheNetworkOfConvNetJs(string model, long parameters) => AssertParameters(model, parameters);

    [TestCase("mobilenet", 4_231_976)]
    public void D15_MobileNet(string model, long parameters) => AssertParameters(model, parameters);

    [TestCase("vgg16", 15_346_630_656 + 123_633_664)] // convolutions and dense layers
    [TestCase("resnet50", 4_089_184_256)]             // stride on the 3x3
    [TestCase("resnet50-paper", 3_857_973_248)]       // stride on the 1x1
    public void Y22_MultiplyAccumulates(string model, long count)
    {
        Network<float> network = Create(model);
        Assert.That(network.Cost(network.InputShape).MultiplyAccumulates, Is.EqualTo(count));
    }

    // X16: a ReLU before the addition leaves a unit nothing but to add.
    [Test]
    public void D9_X16_AUnitOfTheSlidesCanOnlyAdd()
    {
        Network<double> network = Architectures.Find("slide-resnet").CreateNarrow<double>(seed: 1);
        network.Forward(LayerCase.RandomTensor<double>(network.InputShape.Batch(2), Seeds.Create(1)), Mode.Train);
        Layer<double> unit = network["layer1.1"];
        Assert.That(unit.Output!.Values.ToArray().Zip(unit.Input!.Values.ToArray()).All(pair => pair.First >= pair.Second));
    }

    // X13: the slides pool before they normalise.
    [Test]
    public void D4_X13_TheOrderOfPoolingAndNormalisationMatters()
    {
        string[] Order(string model) => [.. Create(model).Walk().Select(place => place.Path).Where(path => path is "norm1" or "pool1")];
        Assert.That(Order("bvlc-alexnet"), Is.EqualTo(new[] { "norm1", "pool1" }));
        Assert.That(Order("caffenet"), Is.EqualTo(new[] { "pool1", "norm1" }));
        Tensor<double> Output(string model)
        {
            Network<double> network = Architectures.Find(model).CreateNarrow<double>(seed: 1);
            Tensor<double> x = LayerCase.RandomTensor<double>(network.InputShape.Batch(1), Seeds.Create(1));
            foreach (ref double value in x.Span)
                value *= 100; // pixels
            return network.Predict(x);
        }

        Assert.That(Output("bvlc-alexnet").Values.ToArray(), Is.Not.EqualTo(Output("caffenet").Values.ToArray()).Within(1e-9));
    }

    [TestCaseSource(nameof(Names))]
    public void MakingANetworkDrawsNoWeights(string name)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Network<float> network = Create(name);
        Assert.That(network.OutputShape(network.InputShape).Rank, Is.GreaterThan(0));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(20_000_000));
    }

    [TestCaseSource(nameof(Names))]
    public void ANarrowTwinComputesForwardAndBackward(string name)
    {
        Network<float> network = Architectures.Find(name).CreateNarrow<float>(seed: 1);
        Tensor<float> x = LayerCase.RandomTensor<float>(network.InputShape.Batch(2), Seeds.Create(1));
        Tensor<float> y = network.Forward(x, Mode.Train);
        Assert.That(y.Shape, Is.EqualTo(network.OutputShape(network.InputShape).Batch(2)));
        Tensor<float> dX = network.Backward(LayerCase.RandomTensor<float>(y.Shape, Seeds.Create(2)));
        Assert.That(dX.Shape, Is.EqualTo(x.Shape));
        Assert.That(y.Values.ToArray().Concat(dX.Values.ToArray()).All(float.IsFinite), "every number is finite");
    }

    private static void AssertParameters(string model, long parameters) =>
        Assert.That(Create(model).Parameters.Sum(parameter => (long)parameter.Count), Is.EqualTo(parameters));

    private static Network<float> Create(string name) => Architectures.Find(name).Create<float>(seed: 1);
}
