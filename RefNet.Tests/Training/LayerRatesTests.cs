using NUnit.Framework;
using RefNet.Blocks;
using RefNet.Data;
using RefNet.Layers;
using RefNet.Models;
using RefNet.Optimizers;
using RefNet.Tensors;
using RefNet.Training;

namespace RefNet.Tests.Training;

/// <summary>Layers that learn at shares of the learning rate (LECTURES T11).</summary>
[TestFixture]
public sealed class LayerRatesTests
{
    // A parameter at a tenth of the rate goes where it goes alone with an optimizer of a tenth of the rate, whatever the schedule does.
    [Test]
    public void T11_AFactorIsAnotherLearningRateForOneParameter(
        [Values("sgd", "momentum", "momentum-steps", "momentum-mean", "nesterov", "adagrad", "rmsprop", "adam", "adadelta")] string name)
    {
        Parameter<double> whole = Start(), slow = Start(), alone = Start();
        Optimizer<double> both = Create(name, [whole, slow]), single = Create(name, [alone]);
        both.ScaleRate(slow, 0.1);
        for (int step = 0; step < 6; step++)
        {
            both.LearningRate = 0.2 / (1 + step);
            single.LearningRate = 0.1 * both.LearningRate;
            foreach (Parameter<double> parameter in new[] { whole, slow, alone })
                parameter.Gradient.CopyFrom(parameter.Value.Values);
            both.Step();
            single.Step();
        }

        Assert.That(slow.Value.Values.ToArray(), Is.EqualTo(alone.Value.Values.ToArray()).Within(1e-13));
        Assert.That(whole.Value.Values.ToArray(), Is.Not.EqualTo(slow.Value.Values.ToArray()).Within(1e-3));
    }

    [Test]
    public void T11_OfABlockAndALayerInItTheLayersFactorCounts()
    {
        Network<float> network = Architectures.Find("digits").Create<float>(seed: 1);
        float[] Moved(string? rates, string path)
        {
            Network<float> of = Architectures.Find("digits").Create<float>(seed: 1);
            StochasticGradientDescent<float> optimizer = new(of.Parameters, learningRate: 1);
            if (rates is not null)
                LayerRates.Apply(of, optimizer, rates);
            foreach (Parameter<float> parameter in of.Parameters)
                parameter.Gradient.Span.Fill(1);
            optimizer.Step();
            Parameter<float> moved = of[path].Parameters[0], before = network[path].Parameters[0];
            return [moved.Value.Values[0] - before.Value.Values[0]];
        }

        foreach (string rates in new[] { "stage1=0.5,stage1.conv2=0.25", "stage1.conv2=0.25,stage1=0.5" })
        {
            Assert.That(Moved(rates, "stage1.conv1")[0], Is.EqualTo(-0.5).Within(1e-6), rates);
            Assert.That(Moved(rates, "stage1.conv2")[0], Is.EqualTo(-0.25).Within(1e-6), rates);
            Assert.That(Moved(rates, "fc")[0], Is.EqualTo(-1).Within(1e-6), rates);
        }
    }

    [TestCase("stage1", "as PATH=FACTOR, such as conv1=0.1; found 'stage1'.")]
    [TestCase("stage1=x", "found 'stage1=x'")]
    [TestCase("stage1=0", "found 0. To leave a layer as it is, freeze it: --freeze stage1.")]
    [TestCase("stage1=-1", "stage1: expected a factor above 0; found '-1'")]
    [TestCase("stage1=NaN", "found 'NaN'")]
    [TestCase("stage1=1,stage1=2", "for each layer once")]
    [TestCase("stage9=1", "stage9")]
    [TestCase("pool1=1", "pool1: expected a layer or a block with parameters; found a MaxPooling2D")]
    public void BadRatesAreRefusedBeforeAFolderIsMade(string rates, string message)
    {
        using TemporaryFolder folder = new();
        Dataset data = SyntheticData.Create(trainingImages: 20, testImages: 10);
        RunOptions options = RunOptions.Of(Architectures.Find("digits")) with { Rates = rates, Validation = 5 };
        Assert.That(() => TrainingRun.Start(options, data, folder.File("run")), Throws.InstanceOf<InputException>().With.Message.Contains(message));
        Assert.That(Directory.Exists(folder.File("run")), Is.False);
    }

    [Test]
    public void ThePerceptronsRuleRefusesThem()
    {
        using TemporaryFolder folder = new();
        RunOptions options = RunOptions.Of(Architectures.Find("perceptron")) with { Rates = "Output=0.1", Validation = 5 };
        Assert.That(
            () => TrainingRun.Start(options, SyntheticData.Create(trainingImages: 20, testImages: 10), folder.File("run")),
            Throws.TypeOf<InputException>().With.Message.Contains("changes no prediction: leave out the learning rates of layers (--rate)"));
    }

    private static Parameter<double> Start()
    {
        Parameter<double> parameter = new("x", new Shape(3), isWeight: false);
        parameter.Value.CopyFrom([1, -2, 0.5]);
        return parameter;
    }

    private static Optimizer<double> Create(string name, IReadOnlyList<Parameter<double>> parameters) =>
        OptimizerNames.Create(RunOptions.Of(Architectures.Find("mlp")) with { Optimizer = name, LearningRate = 0.1, WeightDecay = 0 }, parameters);
}
