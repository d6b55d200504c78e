using NUnit.Framework;
using RefNet.Backends;
using RefNet.Backends.Reference;
using RefNet.Blocks;
using RefNet.Geometry;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Randomness;
using RefNet.Tensors;

namespace RefNet.Tests.Blocks;

/// <summary>A network by its paths: finding layers, listing parameters, replacing, moving, predicting.</summary>
[TestFixture]
public sealed class NetworkTests
{
    [Test]
    public void AShapeThatDoesNotFitIsFoundWhenTheNetworkIsBuilt() =>
        Assert.That(() => new Network<float>(new Shape(784), seed: 1, new Dense<float>(784, 300), new Tanh<float>(), new Dense<float>(100, 10)),
            Throws.TypeOf<ShapeException>().With.Message.StartsWith("Dense3: expected samples of shape 100").And.Message.EndsWith("found 300."));

    [Test]
    public void PathsAreTheNamesOfTheBlocksAndTheLayer()
    {
        Network<float> network = ResNetInSmall();
        Assert.That(network["layer1.0.conv1"], Is.TypeOf<Convolution2D<float>>());
        Assert.That(network["layer1"].Layers, Does.Contain(network["layer1.0"]));
        Assert.That(network.NamedParameters().Select(place => place.Path), Is.EqualTo(new[]
        {
            "conv1.weight",
            "layer1.0.conv1.weight", "layer1.0.bn1.gamma", "layer1.0.bn1.beta",
            "layer1.1.conv1.weight", "layer1.1.bn1.gamma", "layer1.1.bn1.beta",
            "fc.weight", "fc.bias",
        }));
        Assert.That(network.NamedBuffers().Select(place => place.Path).Take(2), Is.EqualTo(new[] { "layer1.0.bn1.runningMean", "layer1.0.bn1.runningVariance" }));
        Assert.That(network.NamedParameters().Select(place => place.Parameter), Is.EqualTo(network.Parameters));
    }

    [TestCase("layer1.0.conv7", "There is no layer 'layer1.0.conv7': 0 has no 'conv7'; it has conv1, bn1, relu.")]
    [TestCase("layer2", "There is no layer 'layer2': the network has no 'layer2'; it has conv1, layer1, Flatten3, fc.")]
    [TestCase("fc.weight", "There is no layer 'fc.weight': fc has no 'weight'; it has no layers inside.")]
    public void APathThatLeadsNowhereIsAnErrorThatListsWhatThereIs(string path, string message) =>
        Assert.That(() => ResNetInSmall()[path], Throws.TypeOf<InputException>().With.Message.EqualTo(message));

    [Test]
    public void TheSameLayerTwiceAnywhereIsAnError()
    {
        Tanh<float> shared = new() { Name = "shared" };
        Assert.That(() => new Sum<float>(shared, new Sequential<float>(shared)), Throws.ArgumentException.With.Message.EqualTo(
            "The same Tanh object stands twice in a network, the second time at Sequential2.shared; make a second one. (Parameter 'layers')"));
        Assert.That(() => new Network<float>(new Shape(2), seed: 1, new Sequential<float>(new Sequential<float>(shared)), shared), Throws.ArgumentException.With.Message.Contains("at shared;"));
        Sequential<float> block = new(new Dense<float>(2, 2));
        Assert.That(() => new Concatenation<float>(new Sequential<float>(block), new Sequential<float>(block)), Throws.ArgumentException.With.Message.Contains("Sequential object stands twice"));
    }

    [Test]
    public void AHeadForOtherClassesTakesOverTheName()
    {
        Network<double> network = Small();
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3), Seeds.Create(1));
        network.Forward(x, Mode.Train);
        double[] below = network["body.first"].Parameters[0].Value.Values.ToArray();
        network.To(new ReferenceBackend<double>());

        network.Replace("head", new Dense<double>(4, 7));
        Assert.That(network.Forward(x, Mode.Train).Shape, Is.EqualTo(new Shape(2, 7)), "no shape of before is remembered");
        Assert.That(network.NamedParameters().Select(place => place.Path), Is.EqualTo(new[] { "body.first.weight", "body.first.bias", "head.weight", "head.bias" }));
        Assert.That(network.Parameters[2].Shape, Is.EqualTo(new Shape(7, 4)), "the list of parameters follows");
        Assert.That(network["head"].Backend, Is.SameAs(network.Backend), "it computes where the network does");
        Assert.That(network["body.first"].Parameters[0].Value.Values.ToArray(), Is.EqualTo(below));

        Network<double> made = new(new Shape(3), seed: 5, new Sequential<double>(new Dense<double>(3, 4) { Name = "first" }) { Name = "body" }, new Dense<double>(4, 7) { Name = "head" });
        TensorAssert.AreIdentical(made["head"].Parameters[0].Value, network["head"].Parameters[0].Value, "the numbers of its path, as if it had always stood there");
    }

    [Test]
    public void ALayerInsideABlockIsReplacedByOneWithANameOfItsOwn()
    {
        Network<double> network = Small();
        network.Replace("body.first", new Sequential<double>(new Dense<double>(3, 4), new Tanh<double>()) { Name = "deeper" });
        Assert.That(network.NamedParameters().Select(place => place.Path), Is.EqualTo(new[] { "body.deeper.Dense1.weight", "body.deeper.Dense1.bias", "head.weight", "head.bias" }));
        Assert.That(() => network["body.first"], Throws.TypeOf<InputException>());
        Assert.That(() => network.Replace("body", new Identity<double> { Name = "head" }), Throws.ArgumentException.With.Message.Contains("Two layers are called head"));
    }

    // A residual unit with the paths that torchvision gives it: conv1 and fc stand in blocks of their own.
    private static Network<double> WithNamelessBlocks() => new(new Shape(2), seed: 5,
        new Sequential<double>(
            new Sum<double>(
                new Sequential<double>(new Dense<double>(2, 3) { Name = "conv1" }, new Tanh<double>(), new Dense<double>(3, 2) { Name = "conv2" }) { Name = "" },
                new Identity<double>())
            { Name = "" },
            new Tanh<double>())
        { Name = "layer1" },
        new Dense<double>(2, 2) { Name = "fc" });

    [Test]
    public void ABlockWithAnEmptyNameAddsNothingToThePathsOfItsLayers()
    {
        Network<double> network = WithNamelessBlocks();
        Assert.That(network.NamedParameters().Select(place => place.Path), Is.EqualTo(new[]
        {
            "layer1.conv1.weight", "layer1.conv1.bias", "layer1.conv2.weight", "layer1.conv2.bias", "fc.weight", "fc.bias",
        }));
        Assert.That(network["layer1.conv2"], Is.SameAs(network.Layers[0].Layers[0].Layers[0].Layers[2]));
        Assert.That(() => network["layer1.conv3"], Throws.TypeOf<InputException>().With.Message.EqualTo("There is no layer 'layer1.conv3': layer1 has no 'conv3'; it has conv1, Tanh2, conv2, Identity4, Tanh5."));
        Assert.That(network.ToString(), Does.Contain("{ Name = \"\" }"));

        network.Replace("layer1.conv1", new Dense<double>(2, 3, useBias: false));
        Assert.That(network["layer1.conv1"].Parameters, Has.Count.EqualTo(1), "it takes over the name");
        Assert.That(() => network.Replace("layer1.conv1", new Dense<double>(2, 3) { Name = "conv2" }), Throws.ArgumentException.With.Message.StartsWith("Two layers are called conv2"));
    }

    [Test]
    public void NamesDifferAcrossBlocksWithoutOne()
    {
        Dense<double> Named() => new(2, 2) { Name = "a" };
        Assert.That(() => new Sequential<double>(Named(), new Sequential<double>(Named()) { Name = "" }), Throws.ArgumentException.With.Message.StartsWith("Two layers are called a;"));
        Assert.That(() => new Sequential<double>(Named(), new Sequential<double>(Named()) { Name = "b" }), Throws.Nothing);
        Assert.That(() => new Sequential<double>(new Dense<double>(2, 2) { Name = "" }), Throws.ArgumentException.With.Message.StartsWith("A Dense has an empty name"));
    }

    [Test]
    public void ALayerThatWasRefusedInOnePlaceTakesTheNameOfAnother()
    {
        Network<double> network = new(new Shape(3), seed: 1, new Dense<double>(3, 4) { Name = "first" }, new Dense<double>(4, 2) { Name = "head" });
        Dense<double> other = new(4, 5);
        Assert.That(() => network.Replace("first", other), Throws.TypeOf<ShapeException>());
        network.Replace("head", other);
        Assert.That(network.Layers.Select(layer => layer.Name), Is.EqualTo(new[] { "first", "head" }));
        Assert.That(() => network.Replace("head", new Dense<double>(4, 5) { Name = "a.b" }), Throws.ArgumentException.With.Message.Contains("dot"));
    }

    [Test]
    public void AReplacementThatDoesNotFitLeavesTheNetworkAsItWas()
    {
        Network<double> network = Small();
        Tensor<double> x = LayerCase.RandomTensor<double>(new Shape(2, 3), Seeds.Create(1));
        Tensor<double> before = network.Forward(x, Mode.Evaluate).Clone();
        string text = network.ToString();
        Assert.That(() => network.Replace("body.first", new Dense<double>(3, 5)), Throws.TypeOf<ShapeException>().With.Message.StartsWith("head: expected samples of shape 4"));
        Assert.That(() => network.Replace("body.first", new Dense<double>(3, 5) { Name = "wider" }), Throws.TypeOf<ShapeException>());
        Assert.That(() => network.Replace("body.second", new Dense<double>(3, 4)), Throws.TypeOf<InputException>());
        Assert.That(network.ToString(), Is.EqualTo(text));
        TensorAssert.AreIdentical(before, network.Forward(x, Mode.Evaluate), "y");
    }

    [Test]
    public void ALayerOfTheNetworkCannotStandInASecondPlaceOfIt()
    {
        Network<double> network = new(new Shape(4), seed: 1, new Sequential<double>(new Dense<double>(4, 4) { Name = "a" }) { Name = "block" }, new Dense<double>(4, 4) { Name = "b" });
        Layer<double> a = network["block.a"];
        Assert.That(() => network.Replace("b", a), Throws.ArgumentException.With.Message.Contains("The same Dense object stands twice"));
        Assert.That(() => network.Replace("b", new Sequential<double>(a)), Throws.ArgumentException.With.Message.Contains("The same Dense object stands twice"));
        network.Replace("block", a);
        Assert.That(network.NamedParameters().Select(place => place.Path).First(), Is.EqualTo("a.weight"), "in place of its own block it can");
    }

    [Test]
    public void PredictGivesTheBitsOfForward([Values(1, 5)] int batch)
    {
        foreach (Network<float> network in Architectures.All.Select(architecture => architecture.CreateNarrow<float>(1)).Append(WithBlocks()))
        {
            Tensor<float> x = LayerCase.RandomTensor<float>(network.InputShape.Batch(batch), Seeds.Create(2));
            Tensor<float> expected = network.Forward(x, Mode.Evaluate).Clone();
            TensorAssert.AreIdentical(expected, network.Predict(x), "y");
            Tensor<float> again = network.Predict(x);
            TensorAssert.AreIdentical(expected, again, "y a second time");
            Assert.That(() => network.Backward(again), Throws.InvalidOperationException);
            Assert.That(() => network.Layers[0].Backward(again), Throws.InvalidOperationException);
            TensorAssert.AreIdentical(expected, network.Forward(x, Mode.Evaluate), "y of another Forward");
        }
    }

    [Test]
    public void PredictLeavesTheInputAlone()
    {
        Network<float> network = WithBlocks();
        Tensor<float> x = LayerCase.RandomTensor<float>(network.InputShape.Batch(3), Seeds.Create(2)), copy = x.Clone();
        network.Predict(x);
        network.Predict(x);
        TensorAssert.AreIdentical(copy, x, "x");

        Network<float> nothing = new(new Shape(4), seed: 1, new Identity<float>(), new Flatten<float>());
        Tensor<float> input = LayerCase.RandomTensor<float>(new Shape(2, 4), Seeds.Create(2)), same = input.Clone();
        TensorAssert.AreIdentical(same, nothing.Predict(input), "an output that is the input");
        TensorAssert.AreIdentical(same, nothing.Predict(input), "again");
    }

    [Test]
    public void APredictionMayBeTheNextInput()
    {
        foreach (Layer<float> layer in new Layer<float>[] { new Dense<float>(4, 4), new Sum<float>(new Dense<float>(4, 4), new Identity<float>()), new Sequential<float>(new Dense<float>(4, 4), new ReLU<float>()) })
        {
            Network<float> network = new(new Shape(4), seed: 1, layer);
            Tensor<float> x = LayerCase.RandomTensor<float>(new Shape(2, 4), Seeds.Create(2)), once = network.Forward(x, Mode.Evaluate).Clone();
            Tensor<float> twice = network.Forward(once, Mode.Evaluate).Clone();
            TensorAssert.AreIdentical(twice, network.Predict(network.Predict(x)), $"{layer}, twice");
            TensorAssert.AreIdentical(once, network.Predict(x), $"{layer}, once");
        }
    }

    // A chain needs the memory of two outputs. A block holds its input until it ends: one more. A second call needs none.
    [Test]
    public void PredictUsesMemoryAgainInsideBlocksToo()
    {
        static Layer<float>[] Chain() => [.. Enumerable.Range(0, 10).Select(_ => new ReLU<float>())];
        Assert.That(TensorsTaken(Chain()), Is.EqualTo(2), "a chain");
        Assert.That(TensorsTaken(new Sequential<float>(Chain()), new Sequential<float>(Chain()), new Sequential<float>(Chain())), Is.EqualTo(3), "a chain of chains");
        Assert.That(TensorsTaken(new Sum<float>(new Sequential<float>(Chain()), new Identity<float>()), new ReLU<float>()), Is.EqualTo(2), "beside a shortcut");
        Assert.That(TensorsTaken(new Sum<float>(new Sequential<float>(Chain()), new Sequential<float>(Chain())), new ReLU<float>()), Is.EqualTo(3), "two branches");
        Assert.That(TensorsTaken([.. Enumerable.Range(0, 5).Select(_ => new Sum<float>(new Sequential<float>(Chain()), new Identity<float>()))]), Is.EqualTo(3), "one residual block after the other");
    }

    [Test]
    public void TrainingGivesTheBitsOfForwardAndBackward()
    {
        foreach ((Network<float> kept, Network<float> trained) in Architectures.All.Select(architecture => (architecture.CreateNarrow<float>(1), architecture.CreateNarrow<float>(1)))
            .Append((WithBlocks(), WithBlocks())))
        {
            for (int step = 1; step <= 2; step++)
            {
                Tensor<float> x = LayerCase.RandomTensor<float>(kept.InputShape.Batch(2), Seeds.Create(step)), y = kept.Forward(x, Mode.Train);
                Tensor<float> dY = LayerCase.RandomTensor<float>(y.Shape, Seeds.Create(step, 1));
                TensorAssert.AreIdentical(y, trained.ForwardForTraining(x), "y");
                kept.ClearGradients();
                kept.Backward(dY);
                trained.ClearGradients();
                trained.AddParameterGradients(dY);
                foreach (((string path, Parameter<float> parameter), Parameter<float> other) in kept.NamedParameters().Zip(trained.Parameters))
                    TensorAssert.AreIdentical(parameter.Gradient, other.Gradient, $"the gradient of {path}");
            }
        }
    }

    [Test]
    public void TrainingKeepsWhatABackwardReads()
    {
        Network<float> network = new(new Shape(2, 8, 8), seed: 1,
            new Convolution2D<float>(2, 3, kernel: 3) { Name = "conv" }, new BatchNormalization<float>(3) { Name = "bn" }, new ReLU<float> { Name = "relu" },
            new AveragePooling2D<float>(2) { Name = "pool" }, new Flatten<float> { Name = "flatten" }, new Dense<float>(27, 2) { Name = "fc" });
        network.ForwardForTraining(LayerCase.RandomTensor<float>(network.InputShape.Batch(2), Seeds.Create(2)));
        Assert.That(network.Layers.Where(layer => layer.Output is not null).Select(layer => layer.Name), Is.EqualTo(new[] { "conv", "relu", "pool", "flatten", "fc" }),
            "bn reads the output of conv, relu its own, and flatten looks at pool's memory, which fc reads; nobody reads that of bn");
        Assert.That(network.Layers.Where(layer => layer.Input is null).Select(layer => layer.Name), Is.EqualTo(new[] { "relu", "pool" }));
    }

    // The outputs between need the memory of two; the last one is kept.
    [Test]
    public void TrainingUsesMemoryAgainForOutputsThatNobodyReads()
    {
        static Layer<float>[] Chain() => [.. Enumerable.Range(0, 10).Select(_ => new StochasticDepth<float>(1))];
        static int Taken(params Layer<float>[] layers) => TensorsTaken(static (network, x) => network.ForwardForTraining(x), layers);
        Assert.That(Taken(Chain()), Is.EqualTo(3), "a chain");
        Assert.That(Taken(new Sum<float>(new Sequential<float>(Chain()), new Sequential<float>(Chain())), new ReLU<float>()), Is.EqualTo(4), "two branches");
        Assert.That(Taken([.. Chain(), new ReLU<float>(), .. Chain(), new ReLU<float>(), .. Chain()]), Is.EqualTo(5), "two ReLUs keep theirs");
    }

    [Test]
    public void AMoveTakesAllLayersAndParametersAlong()
    {
        Network<float> network = ResNetInSmall();
        Tensor<float> x = LayerCase.RandomTensor<float>(network.InputShape.Batch(2), Seeds.Create(2));
        Tensor<float> simd = network.Forward(x, Mode.Evaluate).Clone();
        ReferenceBackend<float> reference = new();
        network.To(reference);
        Assert.That(network.Walk().Select(place => place.Layer.Backend), Is.All.SameAs(reference));
        Assert.That(network.Parameters.Select(parameter => parameter.Backend), Is.All.SameAs(reference));
        // Sums of at most 27 products of magnitude near 1, added in another order, through four layers.
        TensorAssert.AreClose(simd, network.Forward(x, Mode.Evaluate), 1e-5, "y");
        Assert.That(new Dense<float>(2, 2).Backend, Is.SameAs(BackendDefaults<float>.Backend));
    }

    private static int TensorsTaken(params Layer<float>[] layers) => TensorsTaken(static (network, x) => network.Predict(x), layers);

    private static int TensorsTaken(Action<Network<float>, Tensor<float>> pass, Layer<float>[] layers)
    {
        const int Count = 100_000;
        Network<float> network = new(new Shape(Count), seed: 1, layers);
        Tensor<float> x = new(new Shape(1, Count));
        _ = x.Values;
        // Threads of a loop may be those that take the memory.
        long start = GC.GetTotalAllocatedBytes(precise: true);
        pass(network, x);
        long afterOne = GC.GetTotalAllocatedBytes(precise: true);
        pass(network, x);
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - afterOne, Is.LessThan(Count), "a second call takes none");
        return (int)((afterOne - start) / (sizeof(float) * Count));
    }

    private static Network<double> Small() => new(new Shape(3), seed: 5,
        new Sequential<double>(new Dense<double>(3, 4) { Name = "first" }) { Name = "body" }, new Dense<double>(4, 2) { Name = "head" });

    private static Network<float> WithBlocks() => new(new Shape(2, 8, 8), seed: 3,
        new Flatten<float> { Name = "A" },
        new Flatten<float> { Name = "B" },
        new Sum<float>(new Sequential<float>(new Dense<float>(128, 128), new ReLU<float>()), new Identity<float>()),
        new Sequential<float>(new Dense<float>(128, 64), new BatchNormalization<float>(64)),
        new Concatenation<float>(new Identity<float>(), new Tanh<float>(), new Flatten<float>()),
        new Product<float>(new Tanh<float>(), new Sigmoid<float>()),
        new SideHead<float>(new Dense<float>(192, 3), weight: 0.3),
        new Sum<float>(new Identity<float>(), new Identity<float>(), new ReLU<float>()),
        new Dropout<float>(0.5),
        new Softmax<float>());

    // Named as torchvision names ResNet-18.
    private static Network<float> ResNetInSmall()
    {
        return new Network<float>(new Shape(2, 4, 4), seed: 1,
            new Convolution2D<float>(2, 3, ConvolutionGeometry.Square(3, padding: 1), useBias: false) { Name = "conv1" },
            new Sequential<float>(Block("0", 3, 5), Block("1", 5, 5)) { Name = "layer1" },
            new Flatten<float>(),
            new Dense<float>(80, 5) { Name = "fc" });

        static Sequential<float> Block(string name, int inputs, int outputs)
        {
            Convolution2D<float> conv1 = new(inputs, outputs, ConvolutionGeometry.Square(1), useBias: false) { Name = "conv1" };
            return new(conv1, new BatchNormalization<float>(outputs) { Name = "bn1" }, new ReLU<float> { Name = "relu" }) { Name = name };
        }
    }
}
