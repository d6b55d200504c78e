using System.Reflection;
using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Initializers;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Randomness;
using RefNet.Tensors;
using RefNet.Tests.Documentation;

namespace RefNet.Tests.Layers;

/// <summary>The text of a layer is the C# that makes it: what it says is compiled, and what comes of it says the same.</summary>
[TestFixture]
public sealed class CSharpTests
{
    private const int CasesOfEach = 10;

    private const string Usings = """
        using RefNet.Blocks;
        using RefNet.Data.Preparation;
        using RefNet.Geometry;
        using RefNet.Initializers;
        using RefNet.Layers;
        using RefNet.Tensors;


        """;

    [Test]
    public void TheTextOfALayerMakesTheLayer()
    {
        Layer<double>[] layers = [.. from source in EngineCases.Layers
                                     from seed in Enumerable.Range(0, CasesOfEach)
                                     select source.Value(Seeds.Create(seed)).Create<double>()];
        AssertMakesTheSame(layers);
    }

    [Test]
    public void TheTextOfANetworkMakesTheNetwork() => AssertMakesTheSame(
        [.. Architectures.All.DistinctBy(architecture => architecture.GetType()).Select(architecture => architecture.CreateNarrow<double>(seed: 7))]);

    [Test]
    public void ANetworkIsALineALayer() => Assert.That(new Network<float>(new Shape(1, 28, 28), seed: 1,
        new Convolution2D<float>(1, 6, kernel: 5, padding: 2, initializer: Initializer.Xavier) { Name = "C1" },
        new Sum<float>(new Sequential<float>(new BatchNormalization<float>(6, epsilon: 0.001), new Tanh<float>()), new Identity<float>()),
        new AveragePooling2D<float>(2),
        new Flatten<float>(),
        new Dense<float>(1176, 10, useBias: false) { Name = "Output" }).ToString(), Is.EqualTo("""
        new Network<float>(new Shape(1, 28, 28), seed: 1,
            new Convolution2D<float>(1, 6, ConvolutionGeometry.Square(5, padding: 2), initializer: Initializer.Xavier) { Name = "C1" },
            new Sum<float>(
                new Sequential<float>(
                    new BatchNormalization<float>(6, epsilon: 0.001),
                    new Tanh<float>()),
                new Identity<float>()),
            new AveragePooling2D<float>(PoolingGeometry.Square(2)),
            new Flatten<float>(),
            new Dense<float>(1176, 10, useBias: false) { Name = "Output" })
        """));

    [Test]
    public void SettingsThatHaveTheirDefaultsAreLeftOut()
    {
        Assert.That(new Dense<double>(3, 4, Initializer.LeCun, useBias: true).ToString(), Is.EqualTo("new Dense<double>(3, 4)"));
        Assert.That(new Dense<double>(3, 4, Initializer.Gaussian(0.01), useBias: false).ToString(), Is.EqualTo("new Dense<double>(3, 4, initializer: Initializer.Gaussian(0.01), useBias: false)"));
        Assert.That(new Dropout<double>(0.5).ToString(), Is.EqualTo("new Dropout<double>(0.5)"));
        Assert.That(new Dropout<double>(0.5, seed: 7) { Name = "D" }.ToString(), Is.EqualTo("new Dropout<double>(0.5, seed: 7) { Name = \"D\" }"));
        Assert.That(new MaxPooling2D<float>(new PoolingGeometry(new Window(3, 2), new Window(3, 2)) { Rounding = Rounding.Ceiling }).ToString(),
            Is.EqualTo("new MaxPooling2D<float>(PoolingGeometry.Square(3, stride: 2) with { Rounding = Rounding.Ceiling })"));
        Assert.That(new Convolution2D<float>(1, 1, ConvolutionGeometry.Square(1) with { Flip = false }).ToString(),
            Is.EqualTo("new Convolution2D<float>(1, 1, ConvolutionGeometry.Square(1) with { Flip = false })"));
    }

    // A name is data: it may have been read from a file.
    [Test]
    public void ANameIsWrittenAsALiteral() => AssertMakesTheSame([new Tanh<double> { Name = "say \"tanh\" \\ twice" }]);

    private static void AssertMakesTheSame(Layer<double>[] layers)
    {
        string code = $"{Usings}public static class Made\n{{\n    public static Layer<double>[] Layers => new Layer<double>[]\n    {{\n{string.Join(",\n", layers.Select(layer => layer.ToString()))}\n    }};\n}}\n";
        Assembly assembly = SnippetProgram.Compile(new Snippet("ToString", 1, code, Runs: false, Output: null));
        Layer<double>[] made = (Layer<double>[])assembly.GetType("Made")!.GetProperty("Layers")!.GetValue(null)!;
        Assert.That(made.Select(layer => layer.ToString()), Is.EqualTo(layers.Select(layer => layer.ToString())));
        foreach ((Layer<double> expected, Layer<double> actual) in layers.Zip(made))
            Assert.That(actual.NamedParameters().Select(place => (place.Path, place.Parameter.Shape)), Is.EqualTo(expected.NamedParameters().Select(place => (place.Path, place.Parameter.Shape))), expected.ToString());
    }
}
